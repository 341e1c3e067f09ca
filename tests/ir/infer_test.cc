// Shape functions: the result types, and every error that they can give.
#include "ir/infer/shape_inference.h"
#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

using K = OpKind;
using Ints = std::vector<int64_t>;

Attribute Int(int64_t value) { return value; }
Attribute Dims(const std::string& text) { return ParseShape(text); }

// ParseShape does not accept this shape.
const Shape kNegative = {Dim(-1)};

std::string Broadcast(const std::string& a, const std::string& b) {
  const auto shape = BroadcastShapes(ParseShape(a), ParseShape(b));
  return shape.ok() ? ToString(*shape) : shape.status().ToString();
}

TEST_CASE("BroadcastShapes follows numpy") {
  CHECK(Broadcast("[]", "[]") == "[]");
  CHECK(Broadcast("[b,s,64]", "[64]") == "[b,s,64]");
  CHECK(Broadcast("[b,1,1,s]", "[b,12,s,s]") == "[b,12,s,s]");
  CHECK(Broadcast("[3,1]", "[4]") == "[3,4]");
  CHECK(Broadcast("[0]", "[1]") == "[0]");
  CHECK(Broadcast("[1]", "[s]") == "[s]");
  CHECK(Broadcast("[2,3]", "[2]") == "InvalidModel: [2,3] and [2] do not broadcast: 3 against 2");
  CHECK(Broadcast("[s]", "[64]") == "InvalidModel: [s] and [64] do not broadcast: s against 64");
  CHECK(Broadcast("[b]", "[s]") == "InvalidModel: [b] and [s] do not broadcast: b against s");
}

TEST_CASE("constants and iota") {
  CHECK(InferText(K::kConstant, {},
                  {{"value", Tensor::FromVector<float>(DType::kF32, {2}, {1, 2})}}) == "f32[2]");
  CHECK(InferText(K::kSymbolic, {}, {{"value", Dims("[b,s,64]")}}) == "i64[3]");
  CHECK(InferText(K::kIota, {}, {{"start", Int(0)}, {"limit", Dims("[s]")}}) == "i64[s]");
  CHECK(InferText(K::kIota, {}, {{"start", Int(-2)}, {"limit", Dims("[3]")}}) == "i64[5]");
  CHECK(InferText(K::kIota, {}, {{"start", Int(2)}, {"limit", Dims("[s]")}}) == "i64[s - 2]");
  CHECK(InferText(K::kIota, {}, {{"start", Int(4)}, {"limit", Dims("[3]")}}) ==
        "InvalidModel: iota: the result i64[-1] has a negative dimension");
  CHECK(InferText(K::kIota, {}, {{"start", Int(0)}, {"limit", Dims("[3,4]")}}) ==
        "InvalidModel: iota: limit [3,4] is not one dimension");
}

TEST_CASE("reshape keeps the number of elements, as a product of symbols") {
  const auto reshape = [](const std::string& x, Shape shape) {
    return InferText(K::kReshape, {x}, {{"shape", std::move(shape)}});
  };
  CHECK(reshape("f32[b,s,64]", ParseShape("[b*s,64]")) == "f32[b*s,64]");
  CHECK(reshape("f32[b,s,768]", ParseShape("[b,s,12,64]")) == "f32[b,s,12,64]");
  CHECK(reshape("f32[1]", {}) == "f32[]");
  CHECK(reshape("f32[0,3]", ParseShape("[7,0]")) == "f32[7,0]");
  CHECK(reshape("f32[b,1 + s,64]", ParseShape("[b + b*s,64]")) == "f32[b + b*s,64]");
  CHECK(
      reshape("f32[b,1 + s,64]", ParseShape("[b*s,64]")) ==
      "InvalidModel: reshape of f32[b,1 + s,64]: [b*s,64] has 64*b*s elements, not 64*b + 64*b*s");
  // Right if 16 divides s. That is checked when the model runs.
  CHECK(reshape("f32[b,s,8]", ParseShape("[b,floor(s / 16),16,8]")) == "f32[b,floor(s / 16),16,8]");
  CHECK(reshape("f32[b,s,64]", ParseShape("[b,64]")) ==
        "InvalidModel: reshape of f32[b,s,64]: [b,64] has 64*b elements, not 64*b*s");
  CHECK(reshape("f32[1]", kNegative) ==
        "InvalidModel: reshape of f32[1]: [-1] has a negative dimension");
  const int64_t big = int64_t{1} << 40;
  CHECK(reshape("f32[1]", {big, big}) ==
        "InvalidModel: reshape of f32[1]: [1099511627776,1099511627776] has too many elements, "
        "not 1");
}

TEST_CASE("expand broadcasts both ways") {
  const auto expand = [](const std::string& x, Shape shape) {
    return InferText(K::kExpand, {x}, {{"shape", std::move(shape)}});
  };
  CHECK(expand("f32[]", ParseShape("[b,s]")) == "f32[b,s]");
  CHECK(expand("f32[b,1,1,s]", ParseShape("[b,12,s,s]")) == "f32[b,12,s,s]");
  CHECK(expand("f32[3,4]", ParseShape("[1]")) == "f32[3,4]");
  CHECK(expand("f32[3]", ParseShape("[4]")) ==
        "InvalidModel: expand of f32[3]: [3] and [4] do not broadcast: 3 against 4");
  CHECK(expand("f32[1]", kNegative) ==
        "InvalidModel: expand of f32[1]: the result f32[-1] has a negative dimension");
  const int64_t big = int64_t{1} << 31;
  CHECK(expand("f32[]", {big, big}) ==
        "ResourceLimit: expand: the result f32[2147483648,2147483648] has more than 2^63 bytes");
}

TEST_CASE("transpose") {
  const auto transpose = [](const std::string& x, Ints perm) {
    return InferText(K::kTranspose, {x}, {{"perm", std::move(perm)}});
  };
  CHECK(transpose("f32[b,s,12,64]", {0, 2, 1, 3}) == "f32[b,12,s,64]");
  CHECK(transpose("f32[]", {}) == "f32[]");
  CHECK(transpose("f32[2,3]", {0}) ==
        "InvalidModel: transpose of f32[2,3]: perm has 1 axes, not 2");
  CHECK(transpose("f32[2,3]", {0, 0}) ==
        "InvalidModel: transpose of f32[2,3]: axis 0 is named twice");
  CHECK(transpose("f32[2,3]", {0, 2}) ==
        "InvalidModel: transpose of f32[2,3]: axis 2 is not in [0, 2)");
  CHECK(transpose("f32[2,3]", {0, -1}) ==
        "InvalidModel: transpose of f32[2,3]: axis -1 is not in [0, 2)");
}

TEST_CASE("concat") {
  const auto concat = [](const std::vector<std::string>& operands, int64_t axis) {
    return InferText(K::kConcat, operands, {{"axis", axis}});
  };
  CHECK(concat({"f32[b,3]", "f32[b,4]"}, 1) == "f32[b,7]");
  CHECK(concat({"f32[b,s]", "f32[b,s]"}, 1) == "f32[b,2*s]");
  CHECK(concat({"f32[0]", "f32[s]"}, 0) == "f32[s]");
  CHECK(concat({"f32[b,1,32]", "f32[b,s,32]"}, 1) == "f32[b,1 + s,32]");
  CHECK(concat({"f32[s - 2]", "f32[2]"}, 0) == "f32[s]");
  CHECK(concat({"f32[b,3]", "f32[s,3]"}, 1) ==
        "InvalidModel: concat of f32[b,3] and f32[s,3]: operand 1 is f32[s,3], which differs from "
        "f32[b,3] on an axis other than 1");
  CHECK(concat({"f32[3]", "f32[3,1]"}, 0) ==
        "InvalidModel: concat of f32[3] and f32[3,1]: operand 1 is f32[3,1], which differs from "
        "f32[3] on an axis other than 0");
  CHECK(concat({"f32[3]", "i64[3]"}, 0) ==
        "InvalidModel: concat of f32[3] and i64[3]: the operands' element types differ");
  CHECK(concat({"f32[]", "f32[]"}, 0) ==
        "InvalidModel: concat of f32[] and f32[]: axis 0 is not in [0, 0)");
  CHECK(concat(std::vector<std::string>(9, "f32[]"), 1) ==
        "InvalidModel: concat of f32[], f32[], f32[], f32[], f32[], f32[], f32[], f32[] ...: axis "
        "1 is not in [0, 0)");
}

std::string Slice(const std::string& x, Ints axes, Shape starts, Shape ends, Ints steps) {
  return InferText(K::kSlice, {x},
                   {{"axes", std::move(axes)},
                    {"starts", std::move(starts)},
                    {"ends", std::move(ends)},
                    {"steps", std::move(steps)}});
}

TEST_CASE("slice") {
  const Dim s = Dim::Symbol("s");
  const Dim two_s = *s.Times(2);
  CHECK(Slice("f32[b,s,64]", {1}, {0}, {1}, {1}) == "f32[b,1,64]");
  CHECK(Slice("i64[1,512]", {1}, {0}, {s}, {1}) == "i64[1,s]");
  CHECK(Slice("f32[10]", {0}, {1}, {10}, {4}) == "f32[3]");
  CHECK(Slice("f32[10]", {0}, {1}, {10}, {-4}) == "f32[3]");
  CHECK(Slice("f32[10]", {0}, {4}, {4}, {1}) == "f32[0]");
  CHECK(Slice("f32[2*s]", {0}, {s}, {two_s}, {1}) == "f32[s]");
  CHECK(Slice("f32[2*s]", {0}, {0}, {two_s}, {2}) == "f32[s]");
  CHECK(Slice("f32[10]", {0}, {3}, {2}, {1}) ==
        "InvalidModel: slice of f32[10]: [3, 2) is not a range of [0, 10)");
  CHECK(Slice("f32[10]", {0}, {-1}, {2}, {1}) ==
        "InvalidModel: slice of f32[10]: [-1, 2) is not a range of [0, 10)");
  CHECK(Slice("f32[10]", {0}, {0}, {11}, {1}) ==
        "InvalidModel: slice of f32[10]: [0, 11) is not a range of [0, 10)");
  CHECK(Slice("f32[s]", {0}, {0}, ParseShape("[1 + s]"), {1}) ==
        "InvalidModel: slice of f32[s]: [0, 1 + s) is not a range of [0, s)");
  CHECK(Slice("f32[s]", {0}, {1}, {s}, {1}) == "f32[s - 1]");
  CHECK(Slice("f32[s]", {0}, {1}, ParseShape("[s - 1]"), {1}) == "f32[s - 2]");
  CHECK(Slice("f32[s]", {0}, {0}, ParseShape("[min(s, 16)]"), {1}) == "f32[min(s, 16)]");
  CHECK(Slice("f32[s]", {0}, ParseShape("[max(s - 16, 0)]"), {s}, {1}) == "f32[min(s, 16)]");
  CHECK(Slice("f32[s]", {0}, {0}, {s}, {2}) == "f32[floor((1 + s) / 2)]");
  CHECK(Slice("f32[s]", {0}, {0}, {s}, {-1}) == "f32[s]");
  // An empty range may be anywhere.
  CHECK(Slice("f32[10]", {0}, {12}, {12}, {1}) == "f32[0]");
  CHECK(Slice("f32[10]", {0}, {0}, {10}, {0}) == "InvalidModel: slice of f32[10]: step is 0");
  CHECK(Slice("f32[10]", {0}, {0}, {10}, {INT64_MIN}) ==
        "InvalidModel: slice of f32[10]: step -9223372036854775808 is too big");
  CHECK(Slice("f32[10]", {1}, {0}, {10}, {1}) ==
        "InvalidModel: slice of f32[10]: axis 1 is not in [0, 1)");
  CHECK(Slice("f32[10]", {0}, {0, 1}, {10}, {1}) ==
        "InvalidModel: slice of f32[10]: axes, starts, ends and steps have different lengths");
}

TEST_CASE("gather and gather_nd") {
  const auto gather = [](const std::string& x, const std::string& indices, int64_t axis) {
    return InferText(K::kGather, {x, indices}, {{"axis", axis}});
  };
  CHECK(gather("f32[30522,384]", "i64[b,s]", 0) == "f32[b,s,384]");
  CHECK(gather("f32[b,s,384]", "i32[]", 1) == "f32[b,384]");
  CHECK(gather("f32[4]", "f32[2]", 0) ==
        "InvalidModel: gather of f32[4] and f32[2]: operand 1 is f32, not one of i64, i32");
  CHECK(gather("f32[4]", "i64[2]", 1) ==
        "InvalidModel: gather of f32[4] and i64[2]: axis 1 is not in [0, 1)");
  TestGraph graph;
  Value* x = graph.Argument("f32[4]");
  for (const int64_t index : {int64_t{4}, int64_t{-5}, INT64_MIN}) {
    const auto op =
        graph.rewriter.Create(K::kGather, {x, graph.Ints({0, index})}, {{"axis", Int(0)}});
    CHECK(op.status().ToString() == "InvalidModel: gather of f32[4] and i64[2]: index " +
                                        std::to_string(index) + " is outside axis 0 of size 4");
  }

  const auto gather_nd = [](const std::string& indices, int64_t batch_dims) {
    return InferText(K::kGatherNd, {"f32[b,3,4]", indices}, {{"batch_dims", batch_dims}});
  };
  const std::string of = "gather_nd of f32[b,3,4] and ";
  CHECK(gather_nd("i64[7,2]", 0) == "f32[7,4]");
  CHECK(gather_nd("i64[3]", 0) == "f32[]");
  CHECK(gather_nd("i64[b,7,2]", 1) == "f32[b,7]");
  CHECK(gather_nd("i64[7,4]", 0) == "InvalidModel: " + of +
                                        "i64[7,4]: an index of length 4 does not fit the rank and "
                                        "batch_dims 0");
  CHECK(gather_nd("i64[7,0]", 0) == "InvalidModel: " + of +
                                        "i64[7,0]: an index of length 0 does not fit the rank and "
                                        "batch_dims 0");
  CHECK(gather_nd("i64[7,s]", 0) ==
        "Unsupported: " + of + "i64[7,s]: the length of an index is symbolic");
  CHECK(gather_nd("i64[s,2]", 1) == "InvalidModel: " + of + "i64[s,2]: batch dimension 0 differs");
  CHECK(gather_nd("i64[b,2]", 2) ==
        "InvalidModel: " + of + "i64[b,2]: batch_dims 2 is out of range");
  CHECK(gather_nd("i64[b,2]", -1) ==
        "InvalidModel: " + of + "i64[b,2]: batch_dims -1 is out of range");
  CHECK(gather_nd("i64[]", 0) ==
        "InvalidModel: " + of + "i64[]: operand 1 has rank 0, less than 1");
}

TEST_CASE("cum_sum") {
  const auto cum_sum = [](const std::string& x, int64_t axis, int64_t exclusive, int64_t reverse) {
    return InferText(K::kCumSum, {x},
                     {{"axis", axis}, {"exclusive", exclusive}, {"reverse", reverse}});
  };
  CHECK(cum_sum("i64[b,s]", 1, 0, 1) == "i64[b,s]");
  CHECK(cum_sum("i64[b,s]", 2, 0, 0) ==
        "InvalidModel: cum_sum of i64[b,s]: axis 2 is not in [0, 2)");
  CHECK(cum_sum("i64[s]", 0, 2, 0) ==
        "InvalidModel: cum_sum: attribute 'exclusive' is 2, not 0 or 1");
  CHECK(cum_sum("i64[s]", 0, 0, -1) ==
        "InvalidModel: cum_sum: attribute 'reverse' is -1, not 0 or 1");
  CHECK(cum_sum("bool[s]", 0, 0, 0) ==
        "InvalidModel: cum_sum of bool[s]: operand 0 is bool, not one of f32, f64, i64, i32");
}

TEST_CASE("elementwise ops") {
  for (const K kind : {K::kAdd, K::kSub, K::kMul, K::kDiv, K::kMin, K::kMax}) {
    CHECK(InferText(kind, {"f32[b,s,64]", "f32[64]"}) == "f32[b,s,64]");
    CHECK(InferText(kind, {"u8[]", "u8[2]"}) == "u8[2]");
    CHECK_FALSE(Infer(kind, {"bool[]", "bool[]"}).ok());
  }
  for (const K kind : {K::kGreater, K::kGreaterOrEqual, K::kLess, K::kLessOrEqual, K::kEqual}) {
    CHECK(InferText(kind, {"i64[s]", "i64[]"}) == "bool[s]");
  }
  CHECK(InferText(K::kEqual, {"bool[s]", "bool[]"}) == "bool[s]");
  CHECK_FALSE(Infer(K::kLess, {"bool[s]", "bool[]"}).ok());
  CHECK(InferText(K::kAnd, {"bool[s]", "bool[b,1]"}) == "bool[b,s]");
  CHECK(InferText(K::kOr, {"bool[s]", "i64[]"}) ==
        "InvalidModel: or of bool[s] and i64[]: the operands' element types differ");
  CHECK(InferText(K::kAnd, {"i64[]", "i64[]"}) ==
        "InvalidModel: and of i64[] and i64[]: operand 0 is i64, not one of bool");
  CHECK(InferText(K::kAdd, {"f32[s]", "f32[64]"}) ==
        "InvalidModel: add of f32[s] and f32[64]: [s] and [64] do not broadcast: s against 64");
  CHECK(InferText(K::kPow, {"f32[s]", "i64[]"}) == "f32[s]");
  CHECK(InferText(K::kPow, {"f32[s]", "bool[]"}) ==
        "InvalidModel: pow of f32[s] and bool[]: operand 1 is bool, not one of f32, f16, f64, i64, "
        "i32, i8, u8");
  CHECK(InferText(K::kWhere, {"bool[b,1]", "f32[]", "f32[s]"}) == "f32[b,s]");
  CHECK(InferText(K::kWhere, {"i64[]", "f32[]", "f32[]"}) ==
        "InvalidModel: where of i64[], f32[] and f32[]: operand 0 is i64, not one of bool");
  CHECK(InferText(K::kWhere, {"bool[2]", "f32[3]", "f32[]"}) ==
        "InvalidModel: where of bool[2], f32[3] and f32[]: [2] and [3] do not broadcast: 2 against "
        "3");
  for (const K kind : {K::kSqrt, K::kReciprocal, K::kExp, K::kErf, K::kTanh, K::kGelu}) {
    CHECK(InferText(kind, {"f32[b,s]"}) == "f32[b,s]");
    CHECK_FALSE(Infer(kind, {"i64[s]"}).ok());
  }
  for (const K kind : {K::kNeg, K::kAbs, K::kRelu}) {
    CHECK(InferText(kind, {"i64[s]"}) == "i64[s]");
    CHECK_FALSE(Infer(kind, {"bool[s]"}).ok());
  }
  CHECK_FALSE(Infer(K::kNeg, {"u8[s]"}).ok());
  CHECK(InferText(K::kNot, {"bool[s]"}) == "bool[s]");
  CHECK(InferText(K::kIsNan, {"f32[b,s]"}) == "bool[b,s]");
  CHECK(InferText(K::kCast, {"f32[b]"}, {{"to", DType::kI8}}) == "i8[b]");
}

TEST_CASE("matmul") {
  CHECK(InferText(K::kMatMul, {"f32[b,s,64]", "f32[64,32]"}) == "f32[b,s,32]");
  CHECK(InferText(K::kMatMul, {"f32[b,12,s,64]", "f32[b,12,64,s]"}) == "f32[b,12,s,s]");
  CHECK(InferText(K::kMatMul, {"f32[64]", "f32[64]"}) == "f32[]");
  CHECK(InferText(K::kMatMul, {"f32[64]", "f32[b,64,3]"}) == "f32[b,3]");
  CHECK(InferText(K::kMatMul, {"f32[b,3,64]", "f32[64]"}) == "f32[b,3]");
  CHECK(InferText(K::kMatMul, {"f32[b,s,64]", "f32[32,64]"}) ==
        "InvalidModel: matmul of f32[b,s,64] and f32[32,64]: inner dimensions 64 and 32 differ");
  CHECK(InferText(K::kMatMul, {"f32[2,3,4]", "f32[5,4,6]"}) ==
        "InvalidModel: matmul of f32[2,3,4] and f32[5,4,6]: [2] and [5] do not broadcast: 2 "
        "against 5");
  CHECK(InferText(K::kMatMul, {"f32[4]", "f64[4]"}) ==
        "InvalidModel: matmul of f32[4] and f64[4]: the operands' element types differ");
  CHECK(InferText(K::kMatMul, {"f32[]", "f32[4]"}) ==
        "InvalidModel: matmul of f32[] and f32[4]: operand 0 has rank 0, less than 1");
}

TEST_CASE("normalizations and reductions") {
  CHECK(InferText(K::kSoftmax, {"f32[b,s]"}, {{"axis", Int(1)}}) == "f32[b,s]");
  CHECK(InferText(K::kSoftmax, {"f32[b,s]"}, {{"axis", Int(2)}}) ==
        "InvalidModel: softmax of f32[b,s]: axis 2 is not in [0, 2)");
  const auto mean = [](Ints axes, int64_t keepdims) {
    return InferText(K::kReduceMean, {"f32[b,s,64]"},
                     {{"axes", std::move(axes)}, {"keepdims", keepdims}});
  };
  CHECK(mean({2}, 1) == "f32[b,s,1]");
  CHECK(mean({1, 0}, 0) == "f32[64]");
  CHECK(mean({2, 2}, 0) == "InvalidModel: reduce_mean of f32[b,s,64]: axis 2 is named twice");
  CHECK(mean({2}, 2) == "InvalidModel: reduce_mean: attribute 'keepdims' is 2, not 0 or 1");

  const auto norm = [](const std::vector<std::string>& operands, int64_t axis, double epsilon) {
    return InferText(K::kLayerNorm, operands, {{"axis", axis}, {"epsilon", epsilon}});
  };
  CHECK(norm({"f32[b,s,64]", "f32[64]"}, 2, 1e-12) == "f32[b,s,64]");
  CHECK(norm({"f32[b,3,4]", "f32[3,4]", "f32[3,4]"}, 1, 0) == "f32[b,3,4]");
  CHECK(norm({"f32[b,64]", "f32[32]"}, 1, 0) ==
        "InvalidModel: layer_norm of f32[b,64] and f32[32]: gamma is f32[32], not f32[64]");
  CHECK(norm({"f32[b,64]", "f32[64]", "f32[1]"}, 1, 0) ==
        "InvalidModel: layer_norm of f32[b,64], f32[64] and f32[1]: beta is f32[1], not f32[64]");
  CHECK(norm({"f32[4]", "f32[4]"}, 0, -1) ==
        "InvalidModel: layer_norm of f32[4] and f32[4]: epsilon is negative or not finite");
}

TEST_CASE("linear and embedding") {
  const Attributes gelu = {{"activation", std::string("gelu")}};
  CHECK(InferText(K::kLinear, {"f32[b,s,64]", "f32[64,32]", "f32[32]"}, gelu) == "f32[b,s,32]");
  CHECK(InferText(K::kLinear, {"f32[64]", "f32[64,32]"}) == "f32[32]");
  CHECK(InferText(K::kLinear, {"f32[b,64]", "f32[32,64]"}) ==
        "InvalidModel: linear of f32[b,64] and f32[32,64]: inner dimensions 64 and 32 differ");
  CHECK(InferText(K::kLinear, {"f32[b,64]", "f32[64,32]", "f32[64]"}) ==
        "InvalidModel: linear of f32[b,64], f32[64,32] and f32[64]: bias is f32[64], not f32[32]");
  CHECK(InferText(K::kLinear, {"f32[b,64]", "f32[64,32]", "f32[32]", "f32[b,32]"}) == "f32[b,32]");
  CHECK(InferText(K::kLinear, {"f32[b,64]", "f32[64,32]", "f32[32]", "f32[b,64]"}) ==
        "InvalidModel: linear of f32[b,64], f32[64,32], f32[32] and f32[b,64]: the residual is "
        "f32[b,64], not f32[b,32]");
  CHECK(InferText(K::kLinear, {"f32[b,64]", "f32[64]"}) ==
        "InvalidModel: linear of f32[b,64] and f32[64]: operand 1 has rank 1, not 2");
  CHECK(InferText(K::kLinear, {"f32[64]", "f32[64,32]"}, {{"activation", std::string("swish")}}) ==
        "InvalidModel: linear: attribute 'activation' is \"swish\", not one of none, relu, gelu, "
        "tanh");
  CHECK(InferText(K::kLinear, {"f64[64]", "f32[64,32]"}) ==
        "InvalidModel: linear of f64[64] and f32[64,32]: operand 0 is f64, not one of f32");

  CHECK(InferText(K::kEmbedding, {"i64[b,s]", "f32[100,8]", "i64[1,s]", "f32[512,8]"}) ==
        "f32[b,s,8]");
  CHECK(InferText(K::kEmbedding, {"i64[b,s]", "f32[100,8]", "i64[s]"}) ==
        "InvalidModel: embedding: 3 operands, expected a multiple of 2");
  CHECK(InferText(K::kEmbedding, {"i64[s]", "f32[9,8]", "i64[s]", "f32[9,4]"}) ==
        "InvalidModel: embedding of i64[s], f32[9,8], i64[s] and f32[9,4]: row lengths 8 and 4 "
        "differ");
  CHECK_FALSE(Infer(K::kEmbedding, {"f32[s]", "f32[9,8]"}).ok());
  CHECK_FALSE(Infer(K::kEmbedding, {"i64[s]", "f32[9,8]", "i64[b]", "f32[9,8]"}).ok());
}

TEST_CASE("add_layer_norm and attention") {
  const Attributes epsilon = {{"epsilon", 1e-12}};
  CHECK(InferText(K::kAddLayerNorm, {"f32[b,s,8]", "f32[b,s,8]", "f32[8]", "f32[8]"}, epsilon) ==
        "f32[b,s,8]");
  CHECK(InferText(K::kAddLayerNorm, {"f32[s,8]", "f32[8]", "f32[8]", "f32[8]"}, epsilon) ==
        "InvalidModel: add_layer_norm of f32[s,8], f32[8], f32[8] and f32[8]: the residual is "
        "f32[8], not f32[s,8]");
  CHECK_FALSE(Infer(K::kAddLayerNorm, {"f32[8]", "f32[8]", "f32[4]", "f32[8]"}, epsilon).ok());
  CHECK_FALSE(Infer(K::kAddLayerNorm, {"f32[8]", "f32[8]", "f32[8]", "f32[4]"}, epsilon).ok());

  const auto attention = [](const std::vector<std::string>& operands, int64_t heads) {
    return InferText(K::kAttention, operands, {{"heads", heads}, {"scale", 0.125}});
  };
  const std::string x = "f32[b,s,64]";
  CHECK(attention({x, x, x}, 4) == x);
  CHECK(attention({"f32[b,1,64]", x, x, "f32[b,1,1,s]"}, 4) == "f32[b,1,64]");
  const std::string of = "InvalidModel: attention of f32[b,s,64], f32[b,s,64] and f32[b,s,64]: ";
  CHECK(attention({x, x, x}, 3) == of + "3 heads do not divide 64");
  CHECK(attention({x, x, x}, 0) == of + "0 heads do not divide 64");
  CHECK(attention({x, "f32[2,s,64]", "f32[2,s,64]"}, 4) ==
        "InvalidModel: attention of f32[b,s,64], f32[2,s,64] and f32[2,s,64]: batch sizes b and 2 "
        "differ");
  CHECK(attention({x, "f32[b,s,32]", "f32[b,s,32]"}, 4) ==
        "InvalidModel: attention of f32[b,s,64], f32[b,s,32] and f32[b,s,32]: last dimensions 64 "
        "and 32 differ");
  CHECK(attention({x, x, "f32[b,7,64]"}, 4) ==
        "InvalidModel: attention of f32[b,s,64], f32[b,s,64] and f32[b,7,64]: v is f32[b,7,64], "
        "not f32[b,s,64]");
  const std::string masked =
      "InvalidModel: attention of f32[b,s,64], f32[b,s,64], f32[b,s,64] and ";
  CHECK(attention({x, x, x, "f32[2,b,4,s,s]"}, 4) ==
        masked + "f32[2,b,4,s,s]: the mask does not broadcast to [b,4,s,s]");
  CHECK(attention({x, x, x, "f32[7]"}, 4) ==
        masked + "f32[7]: [7] and [b,4,s,s] do not broadcast: 7 against s");
  CHECK(attention({x, x, x, "i64[s]"}, 4) == masked + "i64[s]: operand 3 is i64, not one of f32");
}

TEST_CASE("the precision of attention") {
  const std::string x = "f32[b,s,64]";
  const auto attention = [&](const char* precision) {
    return InferText(K::kAttention, {x, x, x},
                     {{"heads", Int(4)}, {"scale", 0.125}, {"precision", std::string(precision)}});
  };
  CHECK(attention("f32") == x);
  CHECK(attention("bf16") == x);
  CHECK(attention("f16") ==
        "InvalidModel: attention: attribute 'precision' is \"f16\", not one of f32, bf16");
}

TEST_CASE("ragged execution") {
  const auto layout = [](const std::string& mask, const char* symbol) {
    return InferText(K::kTokenLayout, {mask}, {{"symbol", std::string(symbol)}});
  };
  CHECK(layout("i64[b,s]", "t") == "i64[t] i64[b] i64[b]");
  CHECK(layout("i64[b,s]", "kept") == "i64[kept] i64[b] i64[b]");
  CHECK(layout("i64[s]", "t") ==
        "InvalidModel: token_layout of i64[s]: operand 0 has rank 1, not 2");
  for (const char* symbol : {"", "7", "b*s", "2*t", "t ", "t\n"}) {
    CHECK(layout("i64[b,s]", symbol) == "InvalidModel: token_layout of i64[b,s]: '" +
                                            Printable(symbol) + "' cannot be the name of a symbol");
  }
  CHECK(InferText(K::kPackTokens, {"f32[b,s,64]", "i64[t]"}) == "f32[t,64]");
  CHECK(InferText(K::kPackTokens, {"i64[1,s]", "i64[t]"}) == "i64[t]");
  CHECK_FALSE(Infer(K::kPackTokens, {"i64[s]", "i64[t]"}).ok());
  CHECK_FALSE(Infer(K::kPackTokens, {"i64[b,s]", "i32[t]"}).ok());

  const auto ragged = [](const std::vector<std::string>& operands) {
    return InferText(K::kRaggedAttention, operands, {{"heads", Int(4)}, {"scale", 0.125}});
  };
  const std::string x = "f32[t,64]";
  CHECK(ragged({x, x, x, "i64[b]", "i64[b]"}) == x);
  CHECK(ragged({x, x, x, "i64[b]", "i64[b]", "f32[t]"}) == x);
  CHECK(ragged({x, x, "f32[64]", "i64[b]", "i64[b]"}) ==
        "InvalidModel: ragged_attention of f32[t,64], f32[t,64], f32[64], i64[b] and i64[b]: v is "
        "f32[64], not f32[t,64]");
  CHECK_FALSE(
      Infer(K::kRaggedAttention, {x, x, x, "i64[b]", "i64[s]"}, {{"heads", Int(4)}, {"scale", 1.0}})
          .ok());
  CHECK_FALSE(Infer(K::kRaggedAttention, {x, x, x, "i64[b]", "i64[b]", "f32[b]"},
                    {{"heads", Int(4)}, {"scale", 1.0}})
                  .ok());
}

TEST_CASE("quantization") {
  const ObserverSpec undefined = {.symmetric = true, .formula = Formula::kPyTorch};
  const ObserverSpec weight = {.role = ObserverRole::kWeight, .symmetric = true};
  const auto observe = [](const std::string& x, const ObserverSpec& observer) {
    return InferText(K::kObserve, {x}, {{"observer", observer}});
  };
  CHECK(observe("f32[b,8]", {}) == "f32[b,8]");
  CHECK(observe("f32[8,4]", weight) == "f32[8,4]");
  CHECK(observe("i8[8,4]", weight) ==
        "InvalidModel: observe of i8[8,4]: operand 0 is i8, not one of f32");
  CHECK(observe("f32[b,8]", undefined) ==
        "Unsupported: activations in per_token_symmetric_u8_pytorch; PyTorch has no symmetric "
        "formula for them");
  const auto quantize = [](DType to, const ObserverSpec& observer = {}) {
    return InferText(K::kQuantizeDynamic, {"f32[b,s,8]"}, {{"observer", observer}, {"to", to}});
  };
  CHECK(quantize(DType::kU8, undefined).starts_with("Unsupported: activations in "));
  CHECK(quantize(DType::kU8, weight) ==
        "InvalidModel: quantize_dynamic of f32[b,s,8]: per_channel_symmetric_s8 is for weights");
  CHECK(quantize(DType::kU8) == "u8[b,s,8] f32[b,s] i32[b,s]");
  CHECK(quantize(DType::kF32) == "f32[b,s,8] f32[b,s] i32[b,s]");
  CHECK(quantize(DType::kI64) ==
        "InvalidModel: quantize_dynamic of f32[b,s,8]: cannot quantize to i64, only to u8 or (in "
        "debug mode) f32");

  const std::vector<std::string> good = {"u8[b,s,8]", "f32[b,s]", "i32[b,s]", "i8[8,4]",
                                         "f32[4]",    "i32[4]",   "f32[4]"};
  CHECK(InferText(K::kQLinear, good) == "f32[b,s,4]");
  CHECK(InferText(K::kQLinear, {good.begin(), good.end() - 1}) == "f32[b,s,4]");
  std::vector<std::string> debug = good;
  debug[0] = "f32[b,s,8]";
  debug[3] = "f32[8,4]";
  CHECK(InferText(K::kQLinear, debug) == "f32[b,s,4]");
  // Each operand in turn has a wrong type.
  struct Wrong {
    size_t operand;
    std::string type;
  };
  const Wrong rows[] = {{0, "f32[b,s,8]"}, {0, "u8[b,s,9]"}, {1, "f32[b]"}, {2, "f32[b,s]"},
                        {3, "u8[8,4]"},    {3, "i8[4,8]"},   {3, "i8[8]"},  {4, "f32[8]"},
                        {5, "i8[4]"},      {6, "f32[]"}};
  for (const Wrong& wrong : rows) {
    std::vector<std::string> operands = good;
    operands[wrong.operand] = wrong.type;
    const auto types = Infer(K::kQLinear, operands);
    INFO(wrong.operand, " ", wrong.type);
    CHECK(types.status().code() == StatusCode::kInvalidModel);
  }
  std::vector<std::string> wrong_scale = good;
  wrong_scale[4] = "f32[8]";
  CHECK(InferText(K::kQLinear, wrong_scale) ==
        "InvalidModel: qlinear of u8[b,s,8], f32[b,s], i32[b,s], i8[8,4], f32[8], i32[4] and "
        "f32[4]: weight scale is f32[8], not f32[4]");
  std::vector<std::string> with_residual = good;
  with_residual.push_back("f32[b,s,4]");
  CHECK(InferText(K::kQLinear, with_residual) == "f32[b,s,4]");
  with_residual.back() = "f32[s,4]";
  CHECK(InferText(K::kQLinear, with_residual) ==
        "InvalidModel: qlinear of u8[b,s,8], f32[b,s], i32[b,s], i8[8,4], f32[4], i32[4], f32[4] "
        "and f32[s,4]: the residual is f32[s,4], not f32[b,s,4]");
}

}  // namespace
}  // namespace octet::ir
