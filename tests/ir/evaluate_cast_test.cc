// Cast between all dtypes. evaluate_cast.cc defines the results that ONNX leaves open.
#include <cmath>
#include <limits>
#include <random>

#include "ir/half.h"
#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr int64_t kMin64 = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax64 = std::numeric_limits<int64_t>::max();

template <typename To, typename From>
std::vector<To> Cast(DType from, DType to, const std::vector<From>& values) {
  const auto size = static_cast<int64_t>(values.size());
  return EvaluateValues<To>(OpKind::kCast, {Tensor::FromVector(from, {size}, values)},
                            {{"to", to}});
}

TEST_CASE("float to integer truncates and stays in range") {
  const std::vector<float> values = {1.9f, -1.9f, 300, -300, kInf, -kInf, kNan, 0.5f, -0.5f};
  CHECK(Cast<int8_t>(DType::kF32, DType::kI8, values) ==
        std::vector<int8_t>{1, -1, 127, -128, 127, -128, 0, 0, 0});
  CHECK(Cast<uint8_t>(DType::kF32, DType::kU8, values) ==
        std::vector<uint8_t>{1, 0, 255, 0, 255, 0, 0, 0, 0});
  CHECK(Cast<int8_t>(DType::kF32, DType::kI8, std::vector<float>{127.9f, -128.9f, 128, -129}) ==
        std::vector<int8_t>{127, -128, 127, -128});
  const std::vector<float> big = {0x1p31f, -0x1p31f, 0x1p63f, -0x1p63f, kNan, 2147483520.0f};
  CHECK(Cast<int32_t>(DType::kF32, DType::kI32, big) ==
        std::vector<int32_t>{INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN, 0, 2147483520});
  CHECK(Cast<int64_t>(DType::kF32, DType::kI64, big) ==
        std::vector<int64_t>{int64_t{1} << 31, -(int64_t{1} << 31), kMax64, kMin64, 0, 2147483520});
  CHECK(Cast<int64_t>(DType::kF64, DType::kI64,
                      std::vector<double>{0x1.fffffffffffffp62, -0x1p63, 0x1p63, -1e300}) ==
        std::vector<int64_t>{9223372036854774784, kMin64, kMax64, kMin64});
}

TEST_CASE("integer to narrower integer keeps the low bits") {
  const std::vector<int64_t> values = {256 + 7, -1, 128, kMax64, kMin64};
  CHECK(Cast<uint8_t>(DType::kI64, DType::kU8, values) ==
        std::vector<uint8_t>{7, 255, 128, 255, 0});
  CHECK(Cast<int8_t>(DType::kI64, DType::kI8, values) == std::vector<int8_t>{7, -1, -128, -1, 0});
  CHECK(Cast<int32_t>(DType::kI64, DType::kI32, values) ==
        std::vector<int32_t>{263, -1, 128, -1, 0});
  CHECK(Cast<int64_t>(DType::kI8, DType::kI64, std::vector<int8_t>{-128, 127}) ==
        std::vector<int64_t>{-128, 127});
  CHECK(Cast<int8_t>(DType::kU8, DType::kI8, std::vector<uint8_t>{200}) ==
        std::vector<int8_t>{-56});
}

TEST_CASE("bool") {
  CHECK(Cast<uint8_t>(DType::kF32, DType::kBool, std::vector<float>{0, -0.0f, 0.25f, kNan, kInf}) ==
        std::vector<uint8_t>{0, 0, 1, 1, 1});
  CHECK(Cast<uint8_t>(DType::kI64, DType::kBool, std::vector<int64_t>{0, 256}) ==
        std::vector<uint8_t>{0, 1});
  CHECK(Cast<uint8_t>(DType::kF16, DType::kBool, std::vector<uint16_t>{0, 0x8000, 1}) ==
        std::vector<uint8_t>{0, 0, 1});
  // Any byte except 0 is true, and true becomes 1.
  CHECK(Cast<float>(DType::kBool, DType::kF32, std::vector<uint8_t>{0, 1, 2}) ==
        std::vector<float>{0, 1, 1});
  CHECK(Cast<uint8_t>(DType::kBool, DType::kBool, std::vector<uint8_t>{0, 3}) ==
        std::vector<uint8_t>{0, 1});
}

TEST_CASE("floats") {
  CHECK(Cast<float>(DType::kF64, DType::kF32, std::vector<double>{0.1, 1e300, -1e-300}) ==
        std::vector<float>{0.1f, kInf, 0});
  CHECK(Cast<double>(DType::kF32, DType::kF64, std::vector<float>{0.1f}) ==
        std::vector<double>{static_cast<double>(0.1f)});
  CHECK(Cast<float>(DType::kI64, DType::kF32, std::vector<int64_t>{16777217, -3}) ==
        std::vector<float>{16777216, -3});
  CHECK(std::isnan(Cast<float>(DType::kF64, DType::kF32, std::vector<double>{std::nan("")})[0]));
}

TEST_CASE("half") {
  const std::vector<float> values = {1, -2.5f, 65504, 70000, 0x1p-24f};
  const std::vector<uint16_t> halves = {0x3C00, 0xC100, 0x7BFF, 0x7C00, 1};
  CHECK(Cast<uint16_t>(DType::kF32, DType::kF16, values) == halves);
  CHECK(Cast<float>(DType::kF16, DType::kF32, halves) ==
        std::vector<float>{1, -2.5f, 65504, kInf, 0x1p-24f});
  CHECK(Cast<int32_t>(DType::kF16, DType::kI32, halves) ==
        std::vector<int32_t>{1, -2, 65504, INT32_MAX, 0});
  CHECK(Cast<uint16_t>(DType::kI64, DType::kF16, std::vector<int64_t>{2049, -7, kMax64}) ==
        std::vector<uint16_t>{0x6800, 0xC700, 0x7C00});
  CHECK(Cast<uint16_t>(DType::kBool, DType::kF16, std::vector<uint8_t>{1}) ==
        std::vector<uint16_t>{0x3C00});
}

TEST_CASE("bfloat16") {
  const std::vector<uint16_t> numbers = {0x3F80, 0xC020, 0x7F80, 0x4049};
  CHECK(Cast<uint16_t>(DType::kF32, DType::kBf16, std::vector<float>{1, -2.5f, kInf, 3.14159f}) ==
        numbers);
  CHECK(Cast<float>(DType::kBf16, DType::kF32, numbers) ==
        std::vector<float>{1, -2.5f, kInf, 3.140625f});
  CHECK(Cast<uint16_t>(DType::kBf16, DType::kF16, numbers) ==
        std::vector<uint16_t>{0x3C00, 0xC100, 0x7C00, 0x4248});
  // Just above the middle of two neighbours: rounded to float or double first, it would be a tie.
  CHECK(Cast<uint16_t>(DType::kF64, DType::kBf16, std::vector<double>{1 + 0x1p-8 + 0x1p-40}) ==
        std::vector<uint16_t>{0x3F81});
  constexpr int64_t kMiddle = (int64_t{1} << 62) + (int64_t{1} << 54);
  CHECK(Cast<uint16_t>(DType::kI64, DType::kBf16,
                       std::vector<int64_t>{kMiddle, kMiddle + 1, -kMiddle - 1, 257}) ==
        std::vector<uint16_t>{0x5E80, 0x5E81, 0xDE81, 0x4380});
}

TEST_CASE("double to half rounds once") {
  // Just above the middle of 1 and its neighbour: rounded to float first, it would be a tie.
  const double above = 1.0 + 0x1p-11 + 0x1p-40;
  CHECK(Cast<uint16_t>(DType::kF64, DType::kF16,
                       std::vector<double>{above, -above, 1.0 + 0x1p-11 - 0x1p-40, 1e300, -1e-300,
                                           std::nan("")}) ==
        std::vector<uint16_t>{0x3C01, 0xBC01, 0x3C00, 0x7C00, 0x8000, 0x7E00});
  // Neither neighbour of the result is nearer, for random numbers of the whole range.
  constexpr unsigned kSeed = 5;
  INFO("seed ", kSeed);
  std::mt19937 random(kSeed);
  std::uniform_real_distribution<double> mantissa(1, 2);
  std::uniform_int_distribution<int> exponent(-26, 15);
  for (int i = 0; i < 2000; ++i) {
    const double x = std::ldexp(mantissa(random), exponent(random));
    if (x >= 65504) continue;
    const uint16_t half = Cast<uint16_t>(DType::kF64, DType::kF16, std::vector<double>{x})[0];
    const auto distance = [&](int bits) {
      return std::fabs(static_cast<double>(HalfToFloat(static_cast<uint16_t>(bits))) - x);
    };
    CHECK(distance(half) <= distance(half + 1));
    if (half > 0) CHECK(distance(half) <= distance(half - 1));
  }
}

}  // namespace
}  // namespace octet::ir
