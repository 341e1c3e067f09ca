// Evaluation of the ops that make shape tensors or move elements.
#include "ir/evaluate/strided.h"
#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

using K = OpKind;
using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

Attribute Int(int64_t value) { return value; }
Attribute Dims(const std::string& text) { return ParseShape(text); }

int64_t Product(const Ints& dims) {
  int64_t product = 1;
  for (const int64_t dim : dims) product *= dim;
  return product;
}

// 0, 1, 2 ... as f32 of these dims.
Tensor Counting(const Ints& dims) {
  Floats values(static_cast<size_t>(Product(dims)));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  return Tensor::FromVector(DType::kF32, dims, values);
}

Tensor Indices(const Ints& dims, const Ints& values) {
  return Tensor::FromVector(DType::kI64, dims, values);
}

TEST_CASE("symbolic and iota take their values from the binding") {
  const SymbolBinding binding = {{"b", 2}, {"s", 5}};
  CHECK(EvaluateValues<int64_t>(K::kSymbolic, {}, {{"value", Dims("[b,12*s,64]")}}, binding) ==
        Ints{2, 60, 64});
  CHECK(EvaluateOp(K::kSymbolic, {}, {{"value", Dims("[t]")}}, binding).status().ToString() ==
        "InvalidArgument: node 'node': module 'module': the dimension t has no value in this run");
  CHECK(EvaluateValues<int64_t>(K::kIota, {}, {{"start", Int(0)}, {"limit", Dims("[s]")}},
                                binding) == Ints{0, 1, 2, 3, 4});
  CHECK(EvaluateValues<int64_t>(K::kIota, {}, {{"start", Int(-1)}, {"limit", Dims("[2]")}}) ==
        Ints{-1, 0, 1});
}

TEST_CASE("reshape and expand") {
  CHECK(EvaluateValues<float>(K::kReshape, {Counting({2, 3})}, {{"shape", Dims("[3,2]")}}) ==
        Floats{0, 1, 2, 3, 4, 5});
  CHECK(EvaluateValues<float>(K::kExpand, {Counting({2, 1})}, {{"shape", Dims("[2,2,3]")}}) ==
        Floats{0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1});
  CHECK(EvaluateValues<float>(K::kExpand, {Counting({3})}, {{"shape", Dims("[2,1]")}}) ==
        Floats{0, 1, 2, 0, 1, 2});
  CHECK(EvaluateValues<float>(K::kExpand, {Counting({1, 2})}, {{"shape", Dims("[0,2]")}}).empty());
  CHECK(EvaluateValues<float>(K::kReshape, {Counting({0, 3})}, {{"shape", Dims("[3,0]")}}).empty());
}

// out[i] = in[perm applied to i], element by element.
Floats NaiveTranspose(const Tensor& x, const Ints& perm) {
  const Ints strides = DenseStrides(x.dims());
  Floats out;
  Ints index(perm.size());
  for (int64_t n = 0; n < x.num_elements(); ++n) {
    int64_t at = 0;
    for (size_t i = 0; i < perm.size(); ++i) at += index[i] * strides[static_cast<size_t>(perm[i])];
    out.push_back(x.as<float>()[at]);
    for (size_t i = perm.size(); i-- > 0;) {
      if (++index[i] < x.dims()[static_cast<size_t>(perm[i])]) break;
      index[i] = 0;
    }
  }
  return out;
}

TEST_CASE("transpose of any permutation") {
  // 33 and 70 are not multiples of the tiles' 32.
  const std::pair<Ints, Ints> cases[] = {
      {{33, 70}, {1, 0}},
      {{64, 32}, {1, 0}},
      {{2, 3, 4}, {0, 2, 1}},
      {{2, 3, 4}, {2, 1, 0}},
      {{2, 3, 4}, {1, 0, 2}},
      {{2, 3, 4}, {0, 1, 2}},
      {{2, 3, 4}, {2, 0, 1}},
      {{2, 5, 3, 4}, {0, 2, 1, 3}},
      {{2, 5, 3, 4}, {0, 2, 3, 1}},
      {{2, 5, 3, 4}, {3, 1, 2, 0}},
      {{1, 5, 1, 4}, {3, 2, 1, 0}},
      {{7}, {0}},
      {{}, {}},
      {{3, 0}, {1, 0}},
      {{2, 3, 2, 3, 2}, {4, 2, 0, 3, 1}},
  };
  for (const auto& [dims, perm] : cases) {
    const Tensor x = Counting(dims);
    const auto actual = EvaluateValues<float>(K::kTranspose, {x}, {{"perm", perm}});
    CHECK(actual == NaiveTranspose(x, perm));
  }
}

TEST_CASE("transpose works on every element size") {
  const auto transpose = [](const Tensor& x) {
    return EvaluateOp(K::kTranspose, {x}, {{"perm", Ints{1, 0}}});
  };
  CHECK(EvaluateValues<uint8_t>(K::kTranspose,
                                {Tensor::FromVector<uint8_t>(DType::kU8, {2, 2}, {1, 2, 3, 4})},
                                {{"perm", Ints{1, 0}}}) == std::vector<uint8_t>{1, 3, 2, 4});
  CHECK(EvaluateValues<uint16_t>(K::kTranspose,
                                 {Tensor::FromVector<uint16_t>(DType::kF16, {2, 2}, {1, 2, 3, 4})},
                                 {{"perm", Ints{1, 0}}}) == std::vector<uint16_t>{1, 3, 2, 4});
  CHECK(EvaluateValues<double>(K::kTranspose,
                               {Tensor::FromVector<double>(DType::kF64, {2, 2}, {1, 2, 3, 4})},
                               {{"perm", Ints{1, 0}}}) == std::vector<double>{1, 3, 2, 4});
  CHECK(transpose(Tensor::FromVector<uint8_t>(DType::kBool, {1, 2}, {1, 0}))->dims() == Ints{2, 1});
}

TEST_CASE("concat") {
  const Tensor a = Counting({2, 1});
  const Tensor b = Counting({2, 2});
  CHECK(EvaluateValues<float>(K::kConcat, {a, b, a}, {{"axis", Int(1)}}) ==
        Floats{0, 0, 1, 0, 1, 2, 3, 1});
  CHECK(EvaluateValues<float>(K::kConcat, {b, Counting({0, 2}), b}, {{"axis", Int(0)}}) ==
        Floats{0, 1, 2, 3, 0, 1, 2, 3});
}

Attributes SliceOf(Ints axes, Shape starts, Shape ends, Ints steps) {
  return {{"axes", std::move(axes)},
          {"starts", std::move(starts)},
          {"ends", std::move(ends)},
          {"steps", std::move(steps)}};
}

TEST_CASE("slice") {
  const Tensor x = Counting({3, 4});
  CHECK(EvaluateValues<float>(K::kSlice, {x}, SliceOf({0, 1}, {1, 1}, {3, 3}, {1, 1})) ==
        Floats{5, 6, 9, 10});
  CHECK(EvaluateValues<float>(K::kSlice, {x}, SliceOf({1}, {0}, {4}, {3})) ==
        Floats{0, 3, 4, 7, 8, 11});
  CHECK(EvaluateValues<float>(K::kSlice, {x}, SliceOf({1, 0}, {1, 0}, {4, 3}, {-2, -2})) ==
        Floats{11, 9, 3, 1});
  CHECK(EvaluateValues<float>(K::kSlice, {x}, SliceOf({0}, {1}, {2}, {INT64_MAX})) ==
        Floats{4, 5, 6, 7});
  CHECK(EvaluateValues<float>(K::kSlice, {x}, SliceOf({0}, {3}, {3}, {1})).empty());
  CHECK(EvaluateValues<float>(K::kSlice, {x}, SliceOf({0}, {3}, {3}, {-1})).empty());
  CHECK(EvaluateValues<float>(K::kSlice, {x}, SliceOf({}, {}, {}, {})).size() == 12);
}

TEST_CASE("a symbolic slice is checked when it runs") {
  const Tensor x = Counting({4});
  const Attributes head = SliceOf({0}, {0}, {Dim::Symbol("s")}, {1});
  CHECK(EvaluateValues<float>(K::kSlice, {x}, head, {{"s", 3}}) == Floats{0, 1, 2});
  CHECK(EvaluateOp(K::kSlice, {x}, head, {{"s", 5}}).status().ToString() ==
        "InvalidArgument: node 'node': module 'module': the range [0, 5) does not lie in axis 0 of "
        "size 4");
  const Attributes first = SliceOf({0}, {0}, {1}, {1});
  CHECK(EvaluateOp(K::kSlice, {Counting({0})}, first, {{"s", 0}}, {"f32[s]"}).status().ToString() ==
        "InvalidArgument: node 'node': module 'module': the range [0, 1) does not lie in axis 0 of "
        "size 0");
}

TEST_CASE("an empty slice may be anywhere") {
  const Attributes behind = SliceOf({0}, {7}, {7}, {1});
  CHECK(EvaluateValues<float>(K::kSlice, {Counting({4})}, behind).empty());
}

TEST_CASE("a reshape to expressions is checked when it runs") {
  const Attributes windows = {{"shape", ParseShape("[floor(s / 2),2]")}};
  CHECK(EvaluateOp(K::kReshape, {Counting({4})}, windows, {{"s", 4}}, {"f32[s]"})->dims() ==
        Ints{2, 2});
  CHECK(
      EvaluateOp(K::kReshape, {Counting({5})}, windows, {{"s", 5}}, {"f32[s]"})
          .status()
          .ToString() ==
      "InvalidArgument: node 'node': module 'module': a reshape of 5 elements to [floor(s / 2),2] "
      "would have 4 elements");
}

TEST_CASE("require_not_one") {
  const Attributes dims = {{"dims", ParseShape("[s]")}};
  CHECK(EvaluateValues<float>(K::kRequireNotOne, {Counting({2})}, dims, {{"s", 2}}, {"f32[s]"}) ==
        Floats{0, 1});
  CHECK(EvaluateOp(K::kRequireNotOne, {Counting({1})}, dims, {{"s", 1}}, {"f32[s]"})
            .status()
            .ToString() ==
        "InvalidArgument: node 'node': module 'module': dimension s is 1 in this run: the model "
        "drops "
        "the axis here (a Squeeze without axes), and what it then computes is not supported");
}

TEST_CASE("gather") {
  const Tensor x = Counting({2, 3});
  CHECK(EvaluateValues<float>(K::kGather, {x, Indices({2}, {-1, 0})}, {{"axis", Int(1)}}) ==
        Floats{2, 0, 5, 3});
  CHECK(EvaluateValues<float>(K::kGather, {x, Indices({1, 2}, {1, 1})}, {{"axis", Int(0)}}) ==
        Floats{3, 4, 5, 3, 4, 5});
  CHECK(EvaluateValues<float>(K::kGather, {x, Tensor::FromVector<int32_t>(DType::kI32, {}, {-2})},
                              {{"axis", Int(0)}}) == Floats{0, 1, 2});
  for (const int64_t index : {int64_t{3}, int64_t{-4}, INT64_MIN, INT64_MAX}) {
    CHECK(EvaluateOp(K::kGather, {x, Indices({1}, {index})}, {{"axis", Int(1)}})
              .status()
              .ToString() == "InvalidArgument: node 'node': module 'module': index " +
                                 std::to_string(index) + " is outside axis 1 of size 3");
  }
  // An axis of size 0 has no valid index.
  CHECK(EvaluateOp(K::kGather, {Counting({0, 3}), Indices({1}, {0})}, {{"axis", Int(0)}})
            .status()
            .code() == StatusCode::kInvalidArgument);
  CHECK(EvaluateValues<float>(K::kGather, {Counting({3, 0}), Indices({2}, {0, 2})},
                              {{"axis", Int(0)}})
            .empty());
}

TEST_CASE("gather_nd") {
  const Tensor x = Counting({2, 2, 2});
  const auto run = [&](const Tensor& indices, int64_t batch_dims) {
    return EvaluateValues<float>(K::kGatherNd, {x, indices}, {{"batch_dims", batch_dims}});
  };
  CHECK(run(Indices({2, 3}, {0, 0, 1, 1, -1, 0}), 0) == Floats{1, 6});
  CHECK(run(Indices({2, 1}, {1, 0}), 0) == Floats{4, 5, 6, 7, 0, 1, 2, 3});
  CHECK(run(Indices({2, 1}, {1, 0}), 1) == Floats{2, 3, 4, 5});
  CHECK(EvaluateOp(K::kGatherNd, {x, Indices({1, 2}, {1, 2})}, {{"batch_dims", Int(0)}})
            .status()
            .ToString() ==
        "InvalidArgument: node 'node': module 'module': index 2 is outside axis 1 of size 2");
}

}  // namespace
}  // namespace octet::ir
