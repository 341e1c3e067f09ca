// One float as a "vector": what kernels/generic/math-inl.h needs of an instruction set, in plain
// C++. The scalar reference evaluates the same polynomials with it.
#ifndef OCTET_KERNELS_GENERIC_SIMD_SCALAR_INL_H_
#define OCTET_KERNELS_GENERIC_SIMD_SCALAR_INL_H_

#include <bit>
#include <cmath>
#include <cstdint>

namespace octet::kernels {
namespace {

// See Avx2 in kernels/x86/simd-inl.h for what each function promises.
struct Scalar {
  using Vec = float;

  static float Set(float x) { return x; }
  static float Fma(float a, float b, float c) { return std::fma(a, b, c); }
  // The second operand if either is NaN, as maxps and minps.
  static float Max(float a, float b) { return a > b ? a : b; }
  static float Min(float a, float b) { return a < b ? a : b; }
  static float Abs(float x) { return std::fabs(x); }
  static float CopySign(float magnitude, float sign) { return std::copysign(magnitude, sign); }
  static float IfLess(float a, float b, float then_value, float else_value) {
    return a < b ? then_value : else_value;
  }
  static float MulPow2(float x, float n) {
    return std::isnan(x) ? x : std::ldexp(x, static_cast<int>(n));
  }
  static float Lookup16(const float* table, float biased_index) {
    return table[std::bit_cast<uint32_t>(biased_index) & 15];
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_SIMD_SCALAR_INL_H_
