#include "ir/rewriter.h"

#include <doctest/doctest.h>

#include "ir/text/parser.h"
#include "ir/text/printer.h"
#include "ir/verifier.h"

namespace octet::ir {
namespace {

Module ParseOk(std::string_view text) {
  auto module = Parse(text);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  return *std::move(module);
}

Op* OpAt(const Module& module, int i) { return std::next(module.ops().begin(), i)->get(); }

constexpr std::string_view kChain = R"(graph(%x: f32[b]) {
  %a = neg %x : f32[b]
  %b = abs %a : f32[b]
  %c = add %b, %a : f32[b]
  return %c
}
)";

TEST_CASE("an op that the op table does not allow is refused, and nothing changes") {
  Module module = ParseOk(kChain);
  const std::string before = Print(module);
  Rewriter rewriter(&module);
  Value* x = module.arguments()[0].get();
  CHECK_EQ(rewriter.Create(OpKind::kAdd, {x}).status().message(), "add: 1 operands, expected 2");
  CHECK_EQ(rewriter.Create(OpKind::kLayerNorm, {x}).status().message(),
           "layer_norm: 1 operands, expected 2 to 3");
  CHECK_EQ(rewriter.Create(OpKind::kNeg, {x}, {{"axis", int64_t{0}}}).status().message(),
           "neg: no attribute is called 'axis'");
  CHECK_EQ(rewriter.Create(OpKind::kSoftmax, {x}).status().message(),
           "softmax: attribute 'axis' is missing");
  CHECK_EQ(rewriter.Create(OpKind::kSoftmax, {x}, {{"axis", 0.0}}).status().message(),
           "softmax: attribute 'axis' has the wrong kind");
  CHECK_EQ(rewriter.Create(OpKind::kAdd, {nullptr, x}).status().message(),
           "add: operand 'a' is absent");
  CHECK_EQ(rewriter.Create(OpKind::kEmbedding, {x, x, x}).status().message(),
           "embedding: 3 operands, expected a multiple of 2");
  CHECK_EQ(rewriter.Create(OpKind::kLinear, {x, x}, {{"activation", std::string("selu")}})
               .status()
               .message(),
           "linear: attribute 'activation' is \"selu\", not one of none, relu, gelu, tanh");
  CHECK_EQ(Print(module), before);
  CHECK_EQ(rewriter.num_changes(), 0);
  CHECK(Verify(module).ok());
}

TEST_CASE("new ops stand at the insertion point and have the location that was set") {
  Module module = ParseOk(kChain);
  Rewriter rewriter(&module);
  rewriter.SetInsertionPoint(OpAt(module, 1));
  rewriter.set_location({"/Node", "path"});
  Value* scalar = *rewriter.Scalar(2.0f);
  Value* product = *rewriter.CreateValue(OpKind::kMul, {OpAt(module, 0)->result(), scalar});
  rewriter.SetInsertionPointToEnd();
  REQUIRE(rewriter.Create(OpKind::kNeg, {product}).ok());
  CHECK_EQ(Print(module, {.locations = true}), R"(graph(%x: f32[b]) {
  %a = neg %x : f32[b]
  %0 = constant {value = splat(2.0)} : f32[] loc("/Node", "path")
  %1 = mul %a, %0 : f32[b] loc("/Node", "path")
  %b = abs %a : f32[b]
  %c = add %b, %a : f32[b]
  %2 = neg %1 : f32[b] loc("/Node", "path")
  return %c
}
)");
  CHECK(Verify(module).ok());
  CHECK_EQ(rewriter.num_changes(), 3);
}

TEST_CASE("a replacement takes over uses, outputs and the name") {
  Module module = ParseOk(kChain);
  Rewriter rewriter(&module);
  Op* add = OpAt(module, 2);
  rewriter.SetInsertionPoint(add);
  Value* product = *rewriter.CreateValue(OpKind::kMul, {add->operand(0), add->operand(1)});
  REQUIRE(rewriter.Replace(add, {product}).ok());
  // abs is replaced by its own operand.
  Op* abs = OpAt(module, 1);
  REQUIRE(rewriter.Replace(abs, {abs->operand(0)}).ok());
  CHECK_EQ(Print(module), R"(graph(%x: f32[b]) {
  %a = neg %x : f32[b]
  %c = mul %a, %a : f32[b]
  return %c
}
)");
  CHECK(Verify(module).ok());
}

TEST_CASE("types must agree") {
  Module module = ParseOk(R"(graph(%x: f32[4], %y: f32[1]) {
  %0 = neg %x : f32[4] loc("/Neg", "")
  return %0
})");
  Rewriter rewriter(&module);
  Value* y = module.arguments()[1].get();
  CHECK_EQ(rewriter.Replace(OpAt(module, 0), {y}).ToString(),
           "Internal: node '/Neg': a rewrite replaces f32[4] of neg by f32[1]");
  CHECK_EQ(rewriter.SetOperand(OpAt(module, 0), 0, y).ToString(),
           "Internal: node '/Neg': an operand of type f32[4] is set to one of type f32[1]");
  CHECK(Verify(module).ok());
  CHECK_EQ(rewriter.num_changes(), 0);
}

TEST_CASE("an operand slot can change its value") {
  Module module = ParseOk(kChain);
  Rewriter rewriter(&module);
  Op* add = OpAt(module, 2);
  REQUIRE(rewriter.SetOperand(add, 1, add->operand(0)).ok());
  REQUIRE(rewriter.SetOperand(add, 0, module.arguments()[0].get()).ok());
  CHECK(Verify(module).ok());
  CHECK_EQ(Print(*add), "%c = add %x, %b : f32[b]");
  CHECK_EQ(OpAt(module, 0)->result()->uses().size(), 1);
}

TEST_CASE("erasing the op at the insertion point moves it to the next") {
  Module module = ParseOk(R"(graph(%x: f32[b]) {
  %a = neg %x : f32[b]
  %b = abs %x : f32[b]
  return %b
})");
  Rewriter rewriter(&module);
  rewriter.SetInsertionPoint(OpAt(module, 0));
  rewriter.Erase(OpAt(module, 0));
  REQUIRE(rewriter.Create(OpKind::kSqrt, {module.arguments()[0].get()}).ok());
  CHECK_EQ(OpAt(module, 0)->name(), "sqrt");
  CHECK(Verify(module).ok());
  CHECK_EQ(module.arguments()[0]->uses().size(), 2);
}

}  // namespace
}  // namespace octet::ir
