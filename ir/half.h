// Conversions between IEEE binary16 or bfloat16 and binary32, in bit arithmetic and one rounded
// addition, so that every compiler and CPU gives the same bits. They select instead of branching,
// so loops over them vectorize.
#ifndef OCTET_IR_HALF_H_
#define OCTET_IR_HALF_H_

#include <bit>
#include <cstdint>

namespace octet::ir {

// condition ? a : b without a branch. For ?: GCC emits a branch here, because an addition on one
// side might raise a floating-point flag, and then does not vectorize.
inline uint32_t SelectBits(bool condition, uint32_t a, uint32_t b) {
  const uint32_t mask = 0u - static_cast<uint32_t>(condition);
  return (a & mask) | (b & ~mask);
}

// Exact; a NaN keeps its payload.
inline float HalfToFloat(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t magnitude = static_cast<uint32_t>(half & 0x7FFFu) << 13;
  // The exponent bias is 15 in binary16 and 127 in binary32. Inf and NaN keep the greatest
  // exponent.
  const uint32_t rebias = magnitude >= 0x0F800000u ? 224u << 23 : 112u << 23;
  // A subnormal, mantissa * 2^-24, equals 2^-14 * (1 + mantissa / 2^10) - 2^-14.
  const float subnormal = std::bit_cast<float>(magnitude + 0x38800000u) - 0x1p-14f;
  const uint32_t bits =
      SelectBits(magnitude < 0x00800000u, std::bit_cast<uint32_t>(subnormal), magnitude + rebias);
  return std::bit_cast<float>(sign | bits);
}

// To nearest, ties to even. Too large a number becomes infinity, NaN stays a quiet NaN.
inline uint16_t FloatToHalf(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = (bits >> 16) & 0x8000u;
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  // Add half a unit of the last kept place, less one where that place is even. A carry moves into
  // the exponent, which is right. Unsigned, so that subtracting the bias may wrap around.
  const uint32_t odd = (magnitude >> 13) & 1u;
  const uint32_t normal = (magnitude - (112u << 23) + 0xFFFu + odd) >> 13;
  // In a float next to 0.5 the last place is 2^-24, the unit of binary16's subnormals.
  const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
  const uint32_t subnormal = std::bit_cast<uint32_t>(shifted) - 0x3F000000u;
  const uint32_t nan = 0x7E00u | ((magnitude >> 13) & 0x3FFu);
  uint32_t half = SelectBits(magnitude < 0x38800000u, subnormal, normal);  // 2^-14
  // 65520 is halfway between the largest binary16 number and 2^16.
  half = SelectBits(magnitude >= 0x477FF000u, 0x7C00u, half);
  half = SelectBits(magnitude > 0x7F800000u, nan, half);
  return static_cast<uint16_t>(sign | half);
}

// Exact: bfloat16 is the upper half of a binary32.
inline float BFloat16ToFloat(uint16_t bfloat16) {
  return std::bit_cast<float>(static_cast<uint32_t>(bfloat16) << 16);
}

// To nearest, ties to even. Too large a number becomes infinity, NaN stays a quiet NaN.
inline uint16_t FloatToBFloat16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t odd = (bits >> 16) & 1u;
  const uint32_t nearest = (bits + 0x7FFFu + odd) >> 16;
  const uint32_t nan = (bits >> 16) | 0x40u;
  return static_cast<uint16_t>(SelectBits((bits & 0x7FFFFFFFu) > 0x7F800000u, nan, nearest));
}

}  // namespace octet::ir

#endif  // OCTET_IR_HALF_H_
