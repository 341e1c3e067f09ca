// IEEE binary16 <-> binary32, in integer arithmetic so that every compiler and CPU gives the same
// bits.
#ifndef OCTET_IR_HALF_H_
#define OCTET_IR_HALF_H_

#include <bit>
#include <cstdint>

namespace octet::ir {

// Exact; a NaN keeps its payload.
inline float HalfToFloat(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 0x1Fu;
  const uint32_t mantissa = half & 0x3FFu;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000u | (mantissa << 13));
  if (exponent != 0) {
    // Biases: 15 in binary16, 127 in binary32.
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
  }
  // Zero or subnormal: mantissa * 2^-24, exact.
  const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(magnitude));
}

// To nearest, ties to even; too large becomes infinity, NaN stays a quiet NaN.
inline uint16_t FloatToHalf(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = (bits >> 16) & 0x8000u;
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) {
    return static_cast<uint16_t>(sign | 0x7E00u | ((magnitude >> 13) & 0x3FFu));
  }
  // 65520 is halfway between the largest binary16 number and 2^16.
  if (magnitude >= 0x477FF000u) return static_cast<uint16_t>(sign | 0x7C00u);
  const uint32_t exponent = magnitude >> 23;
  // Below 2^-25 everything rounds to zero.
  if (exponent < 102) return static_cast<uint16_t>(sign);
  // The significand with its leading one, and how many of its low bits binary16 drops: 13 for a
  // normal result, more for a subnormal one.
  const bool is_normal = exponent >= 113;
  const uint32_t significand = (magnitude & 0x7FFFFFu) | 0x800000u;
  const uint32_t dropped = is_normal ? 13 : 126 - exponent;
  uint32_t kept = significand >> dropped;
  const uint32_t rest = significand & ((1u << dropped) - 1);
  const uint32_t half = 1u << (dropped - 1);
  if (rest > half || (rest == half && (kept & 1u) != 0)) ++kept;
  // A carry out of the significand moves into the exponent, as it should.
  return static_cast<uint16_t>(sign | (is_normal ? kept + ((exponent - 113) << 10) : kept));
}

}  // namespace octet::ir

#endif  // OCTET_IR_HALF_H_
