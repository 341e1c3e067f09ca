// The precision that each attention gets.
#include "quant/attention_precision.h"

#include <doctest/doctest.h>

#include "ir/attention_precision.h"
#include "ir/text/parser.h"
#include "ir/verifier.h"

namespace octet::quant {
namespace {

using ir::AttentionPrecision;

constexpr const char* kText = R"(stage core
graph(%x: f32[b,s,8]) {
  %a = attention %x, %x, %x {heads = 2, scale = 0.5} : f32[b,s,8] loc("/0", "layer.0.attention.self")
  %c = attention %a, %a, %a {heads = 2, scale = 0.5} : f32[b,s,8] loc("/1", "layer.1.attention.self")
  return %c
})";

// "bf16 f32": the precisions in order, or the error.
std::string Set(const QConfigDict& qconfigs, AttentionPrecision model) {
  ir::Module module = *ir::Parse(kText);
  ir::Rewriter rewriter(&module);
  const Status status = SetAttentionPrecisionPass(rewriter, qconfigs, model);
  if (!status.ok()) return status.ToString();
  CHECK(ir::Verify(module).ok());
  std::string text;
  for (const auto& op : module.ops()) {
    CHECK_FALSE(op->result()->name().empty());
    CHECK(op->location().module_path().starts_with("layer."));
    text += (text.empty() ? "" : " ") + std::string(ir::EnumName(*ir::AttentionPrecisionOf(*op)));
  }
  return text;
}

QConfig With(std::optional<AttentionPrecision> attention) {
  QConfig qconfig = DefaultQConfig();
  qconfig.attention = attention;
  return qconfig;
}

TEST_CASE("the longest prefix gives the precision, and if it has none, the model's option does") {
  const auto f32 = AttentionPrecision::kF32;
  const auto bf16 = AttentionPrecision::kBf16;
  CHECK(Set({}, f32) == "f32 f32");
  CHECK(Set({}, bf16) == "bf16 bf16");
  CHECK(Set({{"", DefaultQConfig()}}, bf16) == "bf16 bf16");
  CHECK(Set({{"", With(bf16)}}, f32) == "bf16 bf16");
  CHECK(Set({{"", With(bf16)}, {"layer.1", With(f32)}}, f32) == "bf16 f32");
  CHECK(Set({{"layer.1.attention", With(bf16)}}, f32) == "f32 bf16");
  CHECK(Set({{"layer.1", With({})}}, bf16) == "bf16 bf16");
  // A module that is left in float has attention in f32.
  CHECK(Set({{"layer.1", std::nullopt}}, bf16) == "bf16 f32");
}

TEST_CASE("a precision for a module without attention is an error") {
  CHECK(Set({{"layer.2", With(AttentionPrecision::kBf16)}}, AttentionPrecision::kF32) ==
        "InvalidArgument: no attention is in module 'layer.2'");
  CHECK(Set({{"layer.2", With({})}}, AttentionPrecision::kF32) == "f32 f32");
}

}  // namespace
}  // namespace octet::quant
