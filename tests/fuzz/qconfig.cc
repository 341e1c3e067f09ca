// The JSON of a qconfig: what can be read quantizes a small model, or says why not.
#include "quant/qconfig.h"

#include "ir/text/parser.h"
#include "ir/verifier.h"
#include "quant/attention_precision.h"
#include "quant/quantize_dynamic.h"
#include "tests/fuzz/target.h"

namespace octet::fuzz {
namespace {

constexpr std::string_view kModel = R"(
stage core
graph(%x: f32[b,s,8]) {
  %w = constant {value = random(1)} : f32[8,8]
  %0 = linear %x, %w : f32[b,s,8] loc("q", "layer.0.query")
  %1 = linear %x, %w : f32[b,s,8] loc("k", "layer.0.key")
  %2 = attention %0, %1, %x {heads = 2, scale = 0.5} : f32[b,s,8] loc("a", "layer.0")
  %3 = linear %2, %w {activation = "gelu"} : f32[b,s,8] loc("d", "layer.1.dense")
  return %3
})";

}  // namespace

Status FuzzQconfig(std::string_view bytes) {
  const Result<quant::QConfigDict> dict = quant::ParseQConfigDict(bytes);
  if (!dict.ok()) return CheckRefusal(dict.status());
  OCTET_ASSIGN_OR_RETURN(ir::Module module, ir::Parse(kModel));
  if (const Status status = quant::QuantizeDynamic(&module, *dict); !status.ok()) {
    OCTET_RETURN_IF_ERROR(CheckRefusal(status));
  }
  return ir::Verify(module);
}

}  // namespace octet::fuzz
