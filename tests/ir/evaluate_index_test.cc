// Gathers and scatters of single elements, pad, arg_max, arg_min and top_k: values, and indices
// that are out of range.
#include <limits>

#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

using K = OpKind;
using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Tensor Of(const std::vector<int64_t>& dims, const Floats& values) {
  return Tensor::FromVector(DType::kF32, dims, values);
}
Tensor Of(const std::vector<int64_t>& dims, const Ints& values) {
  return Tensor::FromVector(DType::kI64, dims, values);
}
Attributes Axis(int64_t axis) { return {{"axis", axis}}; }

const Tensor kX = Of({2, 3}, Floats{0, 1, 2, 3, 4, 5});

TEST_CASE("gather_elements") {
  CHECK(EvaluateValues<float>(K::kGatherElements, {kX, Of({2, 2}, Ints{0, -1, 1, 1})}, Axis(1)) ==
        Floats{0, 2, 4, 4});
  CHECK(EvaluateValues<float>(K::kGatherElements, {kX, Of({1, 2}, Ints{1, 0})}, Axis(0)) ==
        Floats{3, 1});
  CHECK(EvaluateValues<float>(K::kGatherElements, {kX, Of({0, 3}, Ints{})}, Axis(0)).empty());
  CHECK(EvaluateOp(K::kGatherElements, {kX, Of({1, 1}, Ints{3})}, Axis(1)).status().message() ==
        "index 3 is outside axis 1 of size 3");
  CHECK(InferText(K::kGatherElements, {"f32[2,3]", "i64[4,3]"}, Axis(1)) ==
        "InvalidModel: gather_elements of f32[2,3] and i64[4,3]: the indices are longer than axis "
        "0");
  CHECK(InferText(K::kGatherElements, {"f32[b,s]", "i64[b,2]"}, Axis(1)) == "f32[b,2]");
  // Sizes that shape inference cannot compare are compared when the op runs.
  CHECK(EvaluateOp(K::kGatherElements, {kX, Of({3, 1}, Ints{0, 0, 0})}, Axis(1),
                   {{"a", 2}, {"b", 3}}, {"f32[a,3]", "i64[b,1]"})
            .status()
            .message() == "axis 0 of the indices has 3 elements, but that axis of the data has 2");
}

TEST_CASE("scatter_elements and scatter_nd") {
  const auto scatter = [](const std::string& reduction) {
    return EvaluateValues<float>(K::kScatterElements,
                                 {kX, Of({1, 3}, Ints{1, 1, -1}), Of({1, 3}, Floats{10, 20, 30})},
                                 {{"axis", int64_t{1}}, {"reduction", reduction}});
  };
  CHECK(scatter("none") == Floats{0, 20, 30, 3, 4, 5});
  CHECK(scatter("add") == Floats{0, 31, 32, 3, 4, 5});
  CHECK(scatter("mul") == Floats{0, 200, 60, 3, 4, 5});
  CHECK(scatter("max") == Floats{0, 20, 30, 3, 4, 5});
  CHECK(scatter("min") == Floats{0, 1, 2, 3, 4, 5});
  CHECK(EvaluateValues<float>(K::kScatterNd,
                              {kX, Of({1, 1}, Ints{-1}), Of({1, 3}, Floats{7, 8, 9})},
                              {{"reduction", std::string("none")}}) == Floats{0, 1, 2, 7, 8, 9});
  CHECK(EvaluateOp(K::kScatterNd, {kX, Of({1, 2}, Ints{0, 3}), Of({1}, Floats{7})},
                   {{"reduction", std::string("add")}})
            .status()
            .message() == "index 3 is outside axis 1 of size 3");
  CHECK(InferText(K::kScatterNd, {"f32[2,3]", "i64[1,1]", "f32[1,2]"},
                  {{"reduction", std::string("none")}})
            .find("the tensor of updates is f32[1,2], not f32[1,3]") != std::string::npos);
  CHECK(InferText(K::kScatterElements, {"f32[2,3]", "i64[1,1]", "f32[1,1]"},
                  {{"axis", int64_t{0}}, {"reduction", std::string("sum")}})
            .find("is \"sum\", not one of") != std::string::npos);
}

TEST_CASE("pad") {
  const auto pad = [](const std::string& begins, const std::string& ends) {
    return EvaluateValues<float>(K::kPad, {kX, Of({}, Floats{9})},
                                 {{"begins", ParseShape(begins)}, {"ends", ParseShape(ends)}});
  };
  CHECK(pad("[0,0]", "[0,0]") == Floats{0, 1, 2, 3, 4, 5});
  CHECK(pad("[1,0]", "[0,1]") == Floats{9, 9, 9, 9, 0, 1, 2, 9, 3, 4, 5, 9});
  CHECK(InferText(K::kPad, {"f32[2]", "f32[]"}, {{"begins", Shape{-1}}, {"ends", Shape{0}}})
            .find("a pad is negative") != std::string::npos);
}

TEST_CASE("arg_max, arg_min and top_k") {
  const Tensor x = Of({2, 4}, Floats{1, 3, 3, 0, 5, kNan, 2, kNan});
  const auto arg = [&](K kind, int64_t last) {
    return EvaluateValues<int64_t>(kind, {x}, {{"axis", int64_t{1}}, {"last", last}});
  };
  CHECK(arg(K::kArgMax, 0) == Ints{1, 1});
  CHECK(arg(K::kArgMax, 1) == Ints{2, 3});
  CHECK(arg(K::kArgMin, 0) == Ints{3, 1});
  const auto top = [&](int64_t k, int64_t largest) {
    return EvaluateValues<int64_t>(K::kTopK, {x},
                                   {{"axis", int64_t{1}}, {"k", k}, {"largest", largest}});
  };
  CHECK(top(2, 1) == Ints{1, 2, 1, 3});
  CHECK(top(3, 0) == Ints{3, 0, 1, 1, 3, 2});
  CHECK(top(0, 1).empty());
  CHECK(EvaluateValues<int64_t>(
            K::kTopK, {x}, {{"axis", int64_t{0}}, {"k", int64_t{1}}, {"largest", int64_t{1}}}) ==
        Ints{1, 1, 0, 1});
  CHECK(InferText(K::kTopK, {"f32[2]"},
                  {{"axis", int64_t{0}}, {"k", int64_t{3}}, {"largest", int64_t{1}}})
            .find("k is 3, but the axis has 2 elements") != std::string::npos);
}

}  // namespace
}  // namespace octet::ir
