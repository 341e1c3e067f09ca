// Helpers of the float kernel tests.
#ifndef OCTET_TESTS_KERNELS_FLOAT_TEST_H_
#define OCTET_TESTS_KERNELS_FLOAT_TEST_H_

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace octet::kernels {

// Sizes around the boundaries of 16-lane blocks, and BERT's widths.
inline const std::vector<int64_t> kRowSizes = {1,  2,  3,  4,  5,  6,   7,   8,   9,
                                               10, 11, 12, 13, 14, 15,  16,  17,  31,
                                               32, 33, 63, 64, 65, 384, 768, 3072};

inline constexpr float kInf = std::numeric_limits<float>::infinity();
inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
inline constexpr float kDenormal = std::numeric_limits<float>::denorm_min();

inline std::vector<float> RandomNormal(size_t count, uint32_t seed, float scale = 1.0f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0f, scale);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

// The same bits, or both NaN: NaN payloads are outside the contract.
inline bool SameBits(float a, float b) {
  return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

// The first index where they differ, or -1.
template <class A, class B>
int64_t FirstDifference(const A& a, const B& b) {
  if (a.size() != b.size()) return 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!SameBits(a[i], b[i])) return static_cast<int64_t>(i);
  }
  return -1;
}

// |value - exact| in units of the float spacing at exact.
inline double UlpError(float value, double exact) {
  const float rounded = static_cast<float>(exact);
  if (std::isinf(rounded)) return value == rounded ? 0.0 : kInf;
  const double size = std::fabs(exact);
  const int exponent = size > 0.0 ? std::max(std::ilogb(size), -126) : -126;
  return std::fabs(static_cast<double>(value) - exact) / std::ldexp(1.0, exponent - 23);
}

}  // namespace octet::kernels

#endif  // OCTET_TESTS_KERNELS_FLOAT_TEST_H_
