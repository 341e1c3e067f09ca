// Compares the weight formulas with numbers computed by hand, and checks random weights.
#include "quant/weight_quantizer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace octet::quant {
namespace {

using ir::DType;
using ir::Formula;
using ir::Granularity;
using ir::ObserverRole;
using ir::ObserverSpec;
using ir::Tensor;

constexpr ObserverSpec kPerChannel = {.role = ObserverRole::kWeight, .symmetric = true};
constexpr ObserverSpec kPyTorch = {
    .role = ObserverRole::kWeight, .symmetric = true, .formula = Formula::kPyTorch};

constexpr ObserverSpec kAffine = {.role = ObserverRole::kWeight};
constexpr ObserverSpec kAffinePyTorch = {.role = ObserverRole::kWeight,
                                         .formula = Formula::kPyTorch};

ObserverSpec PerTensor(ObserverSpec spec) {
  spec.granularity = Granularity::kPerTensor;
  return spec;
}
ObserverSpec Reduced(ObserverSpec spec) {
  spec.reduce_range = true;
  return spec;
}

template <typename T>
std::vector<T> Elements(const Tensor& tensor) {
  return {tensor.as<T>(), tensor.as<T>() + tensor.num_elements()};
}
std::vector<int> Integers(const Tensor& tensor) {
  const auto values = Elements<int8_t>(tensor);
  return {values.begin(), values.end()};
}

QuantizedWeight Quantize(std::vector<int64_t> dims, const std::vector<float>& w,
                         const ObserverSpec& spec) {
  auto result = QuantizeWeight(Tensor::FromVector(DType::kF32, std::move(dims), w), spec);
  INFO(result.status().ToString());
  REQUIRE(result.ok());
  return *std::move(result);
}

TEST_CASE("per channel: each column has its own scale, ties go to even") {
  // Column 0 has scale 1, so its halves are ties; column 1 has scale 2; column 2 is zero.
  const QuantizedWeight q = Quantize({6, 3},
                                     {127.0f, -254.0f, 0.0f,  //
                                      0.5f, 1.0f, -0.0f,      //
                                      1.5f, 3.0f, 0.0f,       //
                                      -2.5f, 5.0f, 0.0f,      //
                                      -3.5f, 2.9f, 0.0f,      //
                                      126.6f, 253.5f, 0.0f},
                                     kPerChannel);
  CHECK(q.values.dims() == std::vector<int64_t>{6, 3});
  CHECK(Elements<float>(q.scale) == std::vector<float>{1.0f, 2.0f, 1.0f});
  CHECK(Elements<int32_t>(q.zero_point) == std::vector<int32_t>{0, 0, 0});
  CHECK(Integers(q.values) == std::vector<int>{127, -127, 0,  //
                                               0, 0, 0,       //
                                               2, 2, 0,       //
                                               -2, 2, 0,      //
                                               -4, 1, 0,      //
                                               127, 127, 0});
}

TEST_CASE("per tensor: one scale, written once for each channel") {
  const QuantizedWeight q = Quantize({2, 2}, {1.0f, -254.0f, 127.0f, 3.0f}, PerTensor(kPerChannel));
  CHECK(Elements<float>(q.scale) == std::vector<float>{2.0f, 2.0f});
  CHECK(Integers(q.values) == std::vector<int>{0, -127, 64, 2});
}

TEST_CASE("a reduced range is [-63, 63]") {
  const QuantizedWeight q = Quantize({4, 1}, {63.0f, -63.0f, 1.5f, 62.4f}, Reduced(kPerChannel));
  CHECK(Elements<float>(q.scale) == std::vector<float>{1.0f});
  CHECK(Integers(q.values) == std::vector<int>{63, -63, 2, 62});
}

TEST_CASE("PyTorch's formula: the scale is absmax / 127.5, at least eps, and -128 is used") {
  // Scale 1: 127.5 rounds to 128 and is clamped to 127, -127.5 rounds to -128 and stays.
  const QuantizedWeight q =
      Quantize({4, 2}, {127.5f, 0.0f, -127.5f, 0.0f, 1.5f, 0.0f, 126.5f, 0.0f}, kPyTorch);
  CHECK(Elements<float>(q.scale) == std::vector<float>{1.0f, 0x1p-23f});
  CHECK(Integers(q.values) == std::vector<int>{127, 0, -128, 0, 2, 0, 126, 0});
  const QuantizedWeight reduced = Quantize({3, 1}, {-63.5f, 63.5f, 2.5f}, Reduced(kPyTorch));
  CHECK(Elements<float>(reduced.scale) == std::vector<float>{1.0f});
  CHECK(Integers(reduced.values) == std::vector<int>{-64, 63, 2});
  const QuantizedWeight tensor = Quantize({1, 2}, {-255.0f, 3.0f}, PerTensor(kPyTorch));
  CHECK(Elements<float>(tensor.scale) == std::vector<float>{2.0f, 2.0f});
  CHECK(Integers(tensor.values) == std::vector<int>{-128, 2});
}

TEST_CASE("PyTorch's formula multiplies by the inverse") {
  // FBGEMM's example: 0.273939937 with scale 0.00214854861 is 127.499992 if divided, 127.5 if
  // multiplied by the inverse. The largest magnitude here has that scale.
  const float scale = 0.00214854861f;
  const float absmax = scale * 127.5f;
  const float w = 0.273939937f;
  REQUIRE(std::max(absmax, w) / 127.5f == scale);
  REQUIRE(w * (1.0f / scale) == 127.5f);
  REQUIRE(w / scale < 127.5f);
  // A negative weight shows the difference, since -128 is in range and 128 is not.
  CHECK(Integers(Quantize({2, 1}, {absmax, -w}, kPyTorch).values)[1] == -128);
}

TEST_CASE("affine: the range of each column and 0 becomes [-128, 127]") {
  // Column 0 is [-55, 200], scale 1; column 1 has only positive weights, column 2 only negative
  // ones, 3 only zeros, 4 weights too small for a scale.
  const QuantizedWeight q = Quantize({4, 5}, {-55.0f, 510.0f, -127.5f,  0.0f,  0x1p-126f,   //
                                              200.0f, 2.0f,   -0.25f,   -0.0f, -0x1p-126f,  //
                                              0.5f,   3.0f,   -127.25f, 0.0f,  0x1p-149f,   //
                                              1.5f,   0.0f,   0.0f,     0.0f,  0.0f},
                                     kAffine);
  CHECK(Elements<float>(q.scale) == std::vector<float>{1.0f, 2.0f, 0.5f, 1.0f, 1.0f});
  CHECK(Elements<int32_t>(q.zero_point) == std::vector<int32_t>{-73, -128, 127, 0, 0});
  CHECK(Integers(q.values) == std::vector<int>{-128, 127,  -128, 0, 0,  //
                                               127,  -127, 127,  0, 0,  //
                                               -73,  -126, -127, 0, 0,  //
                                               -71,  -128, 127,  0, 0});
}

TEST_CASE("affine per tensor and in a reduced range") {
  const QuantizedWeight tensor = Quantize({2, 2}, {-10.0f, 0.0f, 500.0f, 4.0f}, PerTensor(kAffine));
  CHECK(Elements<float>(tensor.scale) == std::vector<float>{2.0f, 2.0f});
  CHECK(Elements<int32_t>(tensor.zero_point) == std::vector<int32_t>{-123, -123});
  CHECK(Integers(tensor.values) == std::vector<int>{-128, -123, 127, -121});
  const QuantizedWeight reduced = Quantize({3, 1}, {-27.0f, 100.0f, 1.0f}, Reduced(kAffine));
  CHECK(Elements<float>(reduced.scale) == std::vector<float>{1.0f});
  CHECK(Elements<int32_t>(reduced.zero_point) == std::vector<int32_t>{-37});
  CHECK(Integers(reduced.values) == std::vector<int>{-64, 63, -36});
}

TEST_CASE("affine with PyTorch's formula: the scale, its eps, and the zero point of zeros") {
  const QuantizedWeight q =
      Quantize({2, 3}, {-55.0f, 0.0f, -0x1p-22f, 200.0f, 0.0f, 0.0f}, kAffinePyTorch);
  CHECK(Elements<float>(q.scale) == std::vector<float>{1.0f, 0x1p-23f, 0x1p-23f});
  CHECK(Elements<int32_t>(q.zero_point) == std::vector<int32_t>{-73, -128, -126});
  CHECK(Integers(q.values) == std::vector<int>{-128, -128, -128, 127, -128, -126});
}

TEST_CASE("extreme magnitudes of affine weights") {
  const float max = std::numeric_limits<float>::max();
  for (const ObserverSpec& spec : {kAffine, kAffinePyTorch}) {
    const QuantizedWeight q = Quantize({2, 2}, {max, max, -max, 0.0f}, spec);
    for (const float scale : Elements<float>(q.scale)) CHECK(std::isfinite(scale));
    const std::vector<int> integers = Integers(q.values);
    CHECK(integers[1] == 127);
    CHECK(integers[2] == -128);
    CHECK(integers[3] == -128);
  }
}

TEST_CASE("extreme magnitudes") {
  const float max = std::numeric_limits<float>::max();
  const float denormal = std::numeric_limits<float>::denorm_min();
  const float smallest = 0x1p-126f * 127.0f;  // its scale is the smallest normal number
  const float below = std::nextafter(smallest, 0.0f);
  const QuantizedWeight q = Quantize(
      {2, 4}, {max, denormal, smallest, below, -max, -denormal, -smallest, 0}, kPerChannel);
  CHECK(Elements<float>(q.scale) == std::vector<float>{max / 127.0f, 1.0f, 0x1p-126f, 1.0f});
  CHECK(Integers(q.values) == std::vector<int>{127, 0, 127, 0, -127, 0, -127, 0});
}

TEST_CASE("empty weights") {
  CHECK(Elements<float>(Quantize({0, 2}, {}, kPerChannel).scale) == std::vector<float>{1, 1});
  CHECK(Elements<int32_t>(Quantize({0, 2}, {}, kAffine).zero_point) == std::vector<int32_t>{0, 0});
  for (const ObserverSpec& spec :
       {kPerChannel, PerTensor(kPerChannel), kAffine, PerTensor(kAffine)}) {
    CHECK(Quantize({3, 0}, {}, spec).scale.num_elements() == 0);
  }
}

TEST_CASE("the error is at most half a step, and the whole range is used") {
  constexpr int64_t kRows = 37;
  constexpr int64_t kColumns = 29;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    for (const ObserverSpec& spec :
         {kPerChannel, PerTensor(kPerChannel), Reduced(kPerChannel), kPyTorch, PerTensor(kPyTorch),
          Reduced(kPyTorch), kAffine, PerTensor(kAffine), Reduced(kAffine), kAffinePyTorch,
          PerTensor(kAffinePyTorch), Reduced(kAffinePyTorch)}) {
      CAPTURE(seed);
      CAPTURE(spec.ToString());
      const Tensor weight = *ir::RandomTensor(DType::kF32, {kRows, kColumns}, seed);
      const QuantizedWeight q = *QuantizeWeight(weight, spec);
      const auto scale = Elements<float>(q.scale);
      const Tensor back = *Dequantize(q.values, scale, Elements<int32_t>(q.zero_point));
      double largest_error = 0;
      int extreme = 0;
      for (int64_t i = 0; i < kRows * kColumns; ++i) {
        const double step = scale[static_cast<size_t>(i % kColumns)];
        const double error =
            std::abs(double{back.as<float>()[i]} - double{weight.as<float>()[i]}) / step;
        largest_error = std::max(largest_error, error);
        extreme = std::max(extreme, std::abs(int{q.values.as<int8_t>()[i]}));
      }
      // The inverse is off by half an ulp, and up to 255 steps multiply this error.
      CHECK(largest_error <= 0.5 + (spec.symmetric ? 0x1p-16 : 0x1p-14));
      CHECK(largest_error > 0.4);  // the bound is almost reached
      CHECK(extreme >= (spec.reduce_range ? 63 : 127));
    }
  }
}

TEST_CASE("dequantized weights quantize to the same integers again") {
  const Tensor weight = *ir::RandomTensor(DType::kF32, {50, 8}, 3);
  const QuantizedWeight q = *QuantizeWeight(weight, kPerChannel);
  const Tensor back =
      *Dequantize(q.values, Elements<float>(q.scale), Elements<int32_t>(q.zero_point));
  const QuantizedWeight again = *QuantizeWeight(back, kPerChannel);
  CHECK(Integers(again.values) == Integers(q.values));
}

TEST_CASE("debug weights are the same integers") {
  const QuantizedWeight q = Quantize({3, 1}, {127.0f, -1.0f, 4.4f}, kPerChannel);
  const Tensor floats = *ToFloat(q.values);
  CHECK(floats.dtype() == DType::kF32);
  CHECK(Elements<float>(floats) == std::vector<float>{127.0f, -1.0f, 4.0f});
  CHECK(Elements<float>(*Dequantize(floats, std::vector<float>{0.5f}, std::vector<int32_t>{1})) ==
        std::vector<float>{63.0f, -1.0f, 1.5f});
}

TEST_CASE("errors") {
  const auto error = [](const Tensor& weight, const ObserverSpec& spec) {
    return QuantizeWeight(weight, spec).status().ToString();
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const auto weight = [](float x) {
    return Tensor::FromVector<float>(DType::kF32, {2, 3}, {0, 1, 2, 3, x, -x});
  };
  CHECK(error(weight(nan), kPerChannel) ==
        "InvalidModel: element [1, 1] is NaN, which no 8-bit weight can stand for");
  CHECK(error(weight(inf), kPyTorch) ==
        "InvalidModel: element [1, 1] is +Inf, which no 8-bit weight can stand for");
  CHECK(error(weight(-inf), PerTensor(kPerChannel)) ==
        "InvalidModel: element [1, 1] is -Inf, which no 8-bit weight can stand for");
  CHECK(error(weight(-inf), kAffine) ==
        "InvalidModel: element [1, 1] is -Inf, which no 8-bit weight can stand for");
  CHECK(error(weight(1), {.role = ObserverRole::kActivation}) ==
        "InvalidArgument: per_token_affine_u8 is for activations");
  CHECK(error(Tensor::FromVector<float>(DType::kF32, {2}, {1, 2}), kPerChannel) ==
        "InvalidArgument: a weight is f32[k, n], not f32[2]");
  CHECK(error(Tensor::Opaque(DType::kF32, {2, 3}, "hash(0)"), kPerChannel) ==
        "InvalidArgument: the weight is known by its description only");
  CHECK(Dequantize(weight(1), std::vector<float>{1}, std::vector<int32_t>{0}).status().ToString() ==
        "InvalidArgument: a weight of 3 channels has 1 scales and 1 zero points");
}

}  // namespace
}  // namespace octet::quant
