#include "ir/row_wise.h"

#include "ir/op_views.h"
#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

using K = OpKind;

uint32_t Rows(OpKind kind, const std::vector<std::string>& types, Attributes attributes = {}) {
  TestGraph graph;
  std::vector<Value*> operands;
  for (const std::string& type : types) {
    operands.push_back(type == "none" ? nullptr : graph.Argument(type));
  }
  const auto op = graph.rewriter.Create(kind, operands, std::move(attributes));
  INFO(op.status().ToString());
  REQUIRE(op.ok());
  return RowOperands(**op);
}

TEST_CASE("an elementwise op reads operands row by row if they have the rows of the result") {
  CHECK(Rows(K::kNeg, {"f32[b,s,8]"}) == 0b1);
  CHECK(Rows(K::kAdd, {"f32[b,s,8]", "f32[b,s,8]"}) == 0b11);
  CHECK(Rows(K::kMul, {"f32[b,s,8]", "f32[b,s,1]"}) == 0b11);
  // An operand without rows is shared by all rows.
  CHECK(Rows(K::kAdd, {"f32[b,s,8]", "f32[8]"}) == 0b01);
  CHECK(Rows(K::kAdd, {"f32[]", "f32[b,s,8]"}) == 0b10);
  CHECK(Rows(K::kAdd, {"f32[b,s,8]", "f32[1,1,8]"}) == 0b01);
  CHECK(Rows(K::kWhere, {"bool[b,s,1]", "f32[b,s,8]", "f32[]"}) == 0b011);
  // One row of an operand serves several rows of the result.
  CHECK(Rows(K::kAdd, {"f32[b,s,8]", "f32[1,s,8]"}) == 0);
  CHECK(Rows(K::kAdd, {"f32[b,s,8]", "f32[s,8]"}) == 0);
  // In a vector each element is a row.
  CHECK(Rows(K::kAdd, {"f32[t]", "f32[t]"}) == 0b11);
  CHECK(Rows(K::kAdd, {"f32[t]", "f32[1]"}) == 0b01);
  CHECK(Rows(K::kAdd, {"f32[1]", "f32[]"}) == 0b01);
}

TEST_CASE("other ops read what ops.def marks row by row, if they work along the last axis") {
  CHECK(Rows(K::kLinear, {"f32[b,s,8]", "f32[8,4]"}) == 0b1);
  CHECK(Rows(K::kLinear, {"f32[t,8]", "f32[8,4]", "none", "f32[t,4]"}) == 0b1001);
  CHECK(Rows(K::kLayerNorm, {"f32[b,s,8]", "f32[8]", "f32[8]"},
             {{"axis", int64_t{2}}, {"epsilon", 0.0}}) == 0b1);
  CHECK(Rows(K::kLayerNorm, {"f32[b,4,8]", "f32[4,8]"}, {{"axis", int64_t{1}}, {"epsilon", 0.0}}) ==
        0);
  CHECK(Rows(K::kAddLayerNorm, {"f32[t,8]", "f32[t,8]", "f32[8]", "f32[8]"}, {{"epsilon", 0.0}}) ==
        0b11);
  CHECK(Rows(K::kSoftmax, {"f32[b,8]"}, {{"axis", int64_t{1}}}) == 0b1);
  CHECK(Rows(K::kSoftmax, {"f32[b,8]"}, {{"axis", int64_t{0}}}) == 0);
  const auto mean = [](std::vector<int64_t> axes, int64_t keepdims) {
    return Rows(K::kReduceMean, {"f32[b,s,8]"},
                {{"axes", std::move(axes)}, {"keepdims", keepdims}});
  };
  CHECK(mean({2}, 1) == 0b1);
  CHECK(mean({2}, 0) == 0b1);  // each row of the result, [b], needs only its own [s,8]
  CHECK(mean({1}, 1) == 0);
  CHECK(mean({1, 2}, 1) == 0);
  CHECK(Rows(K::kMatMul, {"f32[b,s,8]", "f32[8,4]"}) == 0b1);
  CHECK(Rows(K::kMatMul, {"f32[b,s,8]", "f32[8]"}) == 0b1);
  CHECK(Rows(K::kMatMul, {"f32[b,s,8]", "f32[b,8,4]"}) == 0);
  CHECK(Rows(K::kMatMul, {"f32[8]", "f32[8,4]"}) == 0b1);
}

TEST_CASE("quantized ops") {
  const auto quantize = [](const char* observer) {
    return Rows(K::kQuantizeDynamic, {"f32[b,s,8]"},
                {{"observer", *ParseObserverSpec(observer)}, {"to", DType::kU8}});
  };
  CHECK(quantize("per_token_affine_u8") == 0b1);
  CHECK(quantize("per_tensor_affine_u8") == 0);
  CHECK(Rows(K::kQLinear, {"u8[b,s,8]", "f32[b,s]", "i32[b,s]", "i8[8,4]", "f32[4]", "i32[4]",
                           "none", "f32[b,s,4]"}) == 0b10000111);
}

TEST_CASE("ops that work on more than rows") {
  CHECK(Rows(K::kReshape, {"f32[b,8]"}, {{"shape", ParseShape("[b,2,4]")}}) == 0);
  CHECK(Rows(K::kTranspose, {"f32[b,8]"}, {{"perm", std::vector<int64_t>{1, 0}}}) == 0);
  CHECK(Rows(K::kGather, {"f32[b,8]", "i64[b]"}, {{"axis", int64_t{0}}}) == 0);
  CHECK(Rows(K::kAttention, {"f32[b,s,8]", "f32[b,s,8]", "f32[b,s,8]"},
             {{"heads", int64_t{2}}, {"scale", 1.0}}) == 0);
  CHECK(Rows(K::kSymbolic, {}, {{"value", ParseShape("[b]")}}) == 0);
}

}  // namespace
}  // namespace octet::ir
