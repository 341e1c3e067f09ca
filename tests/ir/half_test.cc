// Compares conversions of binary16 and bfloat16 with exact arithmetic in double, for every number.
#include "ir/half.h"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>

namespace octet::ir {
namespace {

constexpr uint32_t kNumHalves = 1u << 16;

bool IsNan(uint32_t half) { return (half & 0x7FFFu) > 0x7C00u; }

// The definition: (-1)^sign * mantissa * 2^exponent.
double Exact(uint32_t half) {
  const int exponent = static_cast<int>((half >> 10) & 0x1F);
  const auto mantissa = static_cast<double>(half & 0x3FF);
  const double magnitude = exponent == 0    ? std::ldexp(mantissa, -24)
                           : exponent == 31 ? std::numeric_limits<double>::infinity()
                                            : std::ldexp(1024 + mantissa, exponent - 25);
  return (half & 0x8000u) != 0 ? -magnitude : magnitude;
}

TEST_CASE("HalfToFloat is exact") {
  for (uint32_t half = 0; half < kNumHalves; ++half) {
    const float value = HalfToFloat(static_cast<uint16_t>(half));
    const bool ok = IsNan(half) ? std::isnan(value)
                                : static_cast<double>(value) == Exact(half) &&
                                      std::signbit(value) == ((half & 0x8000u) != 0);
    if (!ok) FAIL_CHECK("half ", half, " became ", value);
  }
}

TEST_CASE("a half converted to float and back is the same half") {
  for (uint32_t half = 0; half < kNumHalves; ++half) {
    const uint16_t back = FloatToHalf(HalfToFloat(static_cast<uint16_t>(half)));
    const uint32_t expected = IsNan(half) ? half | 0x0200u : half;  // NaN becomes quiet
    if (back != expected) FAIL_CHECK("half ", half, " became ", back);
  }
}

TEST_CASE("FloatToHalf rounds to nearest, ties to even") {
  // Around each pair of neighbours: just below, at, and just above the middle.
  for (uint32_t half = 0; half < 0x7BFFu; ++half) {
    const auto middle = static_cast<float>((Exact(half) + Exact(half + 1)) / 2);
    const float below = std::nextafter(middle, 0.0f);
    const float above = std::nextafter(middle, 1e30f);
    const uint32_t even = half + (half & 1u);
    for (const uint32_t sign : {0u, 0x8000u}) {
      const float s = sign != 0 ? -1.0f : 1.0f;
      if (FloatToHalf(s * below) != (sign | half) || FloatToHalf(s * middle) != (sign | even) ||
          FloatToHalf(s * above) != (sign | (half + 1))) {
        FAIL_CHECK("around half ", half);
      }
    }
  }
}

TEST_CASE("FloatToHalf at the ends of the range") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  CHECK(FloatToHalf(65504.0f) == 0x7BFF);
  CHECK(FloatToHalf(std::nextafter(65520.0f, 0.0f)) == 0x7BFF);
  CHECK(FloatToHalf(65520.0f) == 0x7C00);
  CHECK(FloatToHalf(-1e30f) == 0xFC00);
  CHECK(FloatToHalf(kInfinity) == 0x7C00);
  CHECK(FloatToHalf(-kInfinity) == 0xFC00);
  CHECK(FloatToHalf(0x1p-25f) == 0);  // a tie between 0 and the least subnormal
  CHECK(FloatToHalf(std::nextafter(0x1p-25f, 1.0f)) == 1);
  CHECK(FloatToHalf(std::numeric_limits<float>::denorm_min()) == 0);
  CHECK(FloatToHalf(-0.0f) == 0x8000);
  CHECK(IsNan(FloatToHalf(std::numeric_limits<float>::quiet_NaN())));
  CHECK(IsNan(FloatToHalf(std::numeric_limits<float>::signaling_NaN())));
}

TEST_CASE("bfloat16 converts to float and back, and rounds to nearest, ties to even") {
  for (uint32_t number = 0; number < kNumHalves; ++number) {
    const float value = BFloat16ToFloat(static_cast<uint16_t>(number));
    const bool is_nan = (number & 0x7FFFu) > 0x7F80u;
    const uint32_t expected = is_nan ? number | 0x40u : number;
    if (std::isnan(value) != is_nan || FloatToBFloat16(value) != expected) {
      FAIL_CHECK("bfloat16 ", number, " became ", FloatToBFloat16(value));
    }
    if ((number & 0x7FFFu) >= 0x7F7Fu) continue;  // there is a next number
    const float next = BFloat16ToFloat(static_cast<uint16_t>(number + 1));
    const auto middle =
        static_cast<float>((static_cast<double>(value) + static_cast<double>(next)) / 2);
    if (FloatToBFloat16(std::nextafter(middle, value)) != number ||
        FloatToBFloat16(middle) != number + (number & 1u) ||
        FloatToBFloat16(std::nextafter(middle, next)) != number + 1) {
      FAIL_CHECK("around bfloat16 ", number);
    }
  }
  CHECK(FloatToBFloat16(std::numeric_limits<float>::max()) == 0x7F80);
  CHECK(FloatToBFloat16(-std::numeric_limits<float>::max()) == 0xFF80);
}

}  // namespace
}  // namespace octet::ir
