// CumSum and ReduceMean.
#include <cmath>
#include <map>

#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

using K = OpKind;
using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

Ints CumSum(const Tensor& x, int64_t axis, int64_t exclusive, int64_t reverse) {
  return EvaluateValues<int64_t>(K::kCumSum, {x},
                                 {{"axis", axis}, {"exclusive", exclusive}, {"reverse", reverse}});
}

TEST_CASE("cum_sum") {
  const Tensor x = Tensor::FromVector<int64_t>(DType::kI64, {2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(CumSum(x, 1, 0, 0) == Ints{1, 3, 6, 4, 9, 15});
  CHECK(CumSum(x, 1, 1, 0) == Ints{0, 1, 3, 0, 4, 9});
  CHECK(CumSum(x, 1, 0, 1) == Ints{6, 5, 3, 15, 11, 6});
  CHECK(CumSum(x, 1, 1, 1) == Ints{5, 3, 0, 11, 6, 0});
  CHECK(CumSum(x, 0, 0, 0) == Ints{1, 2, 3, 5, 7, 9});
  CHECK(CumSum(Tensor::FromVector<int64_t>(DType::kI64, {2}, {INT64_MAX, 1}), 0, 0, 0) ==
        Ints{INT64_MAX, INT64_MIN});
  CHECK(CumSum(Tensor::FromVector<int64_t>(DType::kI64, {0, 3}, {}), 0, 0, 0).empty());
  CHECK(EvaluateValues<float>(
            K::kCumSum, {Tensor::FromVector<float>(DType::kF32, {2}, {0.5f, 0.25f})},
            {{"axis", int64_t{0}}, {"exclusive", int64_t{0}}, {"reverse", int64_t{0}}}) ==
        Floats{0.5f, 0.75f});
}

// The order in which every kernel of octet sums: 16 lanes, then 8, 4, 2, 1.
float MeanInOrder(const Floats& x) {
  float lanes[16] = {};
  for (size_t i = 0; i < x.size(); ++i) lanes[i % 16] += x[i];
  for (const int half : {8, 4, 2, 1}) {
    for (int k = 0; k < half; ++k) lanes[k] += lanes[k + half];
  }
  return lanes[0] / static_cast<float>(x.size());
}

Floats Mean(const Tensor& x, Ints axes) {
  return EvaluateValues<float>(K::kReduceMean, {x},
                               {{"axes", std::move(axes)}, {"keepdims", int64_t{0}}});
}

TEST_CASE("reduce_mean sums in octet's order over any axes") {
  constexpr uint64_t kSeed = 3;
  INFO("seed ", kSeed);
  const Ints dims = {3, 5, 7, 4};
  const Tensor x = *RandomTensor(DType::kF32, dims, kSeed);
  for (int mask = 0; mask < 16; ++mask) {
    Ints axes;
    for (int a = 0; a < 4; ++a) {
      if ((mask >> a & 1) != 0) axes.push_back(a);
    }
    // Elements are in one group if they have the same indices on the axes that stay.
    std::map<Ints, Floats> groups;
    for (int64_t i = 0; i < x.num_elements(); ++i) {
      Ints kept;
      int64_t rest = i;
      for (size_t a = 4; a-- > 0; rest /= dims[a]) {
        if ((mask >> a & 1) == 0) kept.insert(kept.begin(), rest % dims[a]);
      }
      groups[kept].push_back(x.as<float>()[i]);
    }
    Floats expected;
    for (const auto& [kept, values] : groups) expected.push_back(MeanInOrder(values));
    INFO("axes mask ", mask);
    CHECK(Mean(x, axes) == expected);
  }
}

TEST_CASE("reduce_mean of long rows, of doubles and of nothing") {
  const Tensor row = *RandomTensor(DType::kF32, {1, 1001}, 4);
  CHECK(Mean(row, {1})[0] == MeanInOrder({row.as<float>(), row.as<float>() + 1001}));
  const Tensor wide = Tensor::FromVector<double>(DType::kF64, {3}, {1, 2, 6});
  CHECK(EvaluateValues<double>(K::kReduceMean, {wide},
                               {{"axes", Ints{0}}, {"keepdims", int64_t{1}}}) ==
        std::vector<double>{3});
  CHECK(std::isnan(Mean(Tensor::FromVector<float>(DType::kF32, {1, 0}, {}), {1})[0]));
  CHECK(Mean(Tensor::FromVector<float>(DType::kF32, {0, 3}, {}), {1}).empty());
}

}  // namespace
}  // namespace octet::ir
