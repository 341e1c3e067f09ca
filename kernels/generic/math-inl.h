// exp, erf, tanh and GELU on one vector of an instruction set S, which is Scalar, Avx2 or Avx512:
// the same operations in the same order, so the same bits. Formulas, coefficients and errors:
// docs/numerics.md.
//
// NaN gives NaN. Max and Min are written so that their second operand is the one that may be NaN.
#ifndef OCTET_KERNELS_GENERIC_MATH_INL_H_
#define OCTET_KERNELS_GENERIC_MATH_INL_H_

#include <cstddef>

#include "kernels/generic/coefficients-inl.h"

namespace octet::kernels {
namespace {

// Adding 1.5 * 2^23 to a float below 2^22 in size rounds it to an integer (ties to even), which
// the low bits of the sum hold in two's complement.
inline constexpr float kRoundingBias = 0x1.8p23f;

// coefficients[0] + coefficients[1] * x + ..., by Horner's rule.
template <class S, size_t kCount>
inline typename S::Vec Polynomial(const float (&coefficients)[kCount], typename S::Vec x) {
  typename S::Vec sum = S::Set(coefficients[kCount - 1]);
  for (size_t i = kCount - 1; i-- > 0;) sum = S::Fma(sum, x, S::Set(coefficients[i]));
  return sum;
}

// e^x = 2^n * e^r with n = rne(x / ln 2) and r = x - n * ln 2, for x that are NaN or at most 89.
template <class S>
inline typename S::Vec ExpNotAbove89(typename S::Vec x) {
  // Below -104 the result rounds to 0, as does that of the bound.
  x = S::Max(S::Set(-104.0f), x);
  const auto n = S::Fma(x, S::Set(kLog2E), S::Set(kRoundingBias)) - S::Set(kRoundingBias);
  auto r = S::Fma(n, S::Set(-kLn2High), x);
  r = S::Fma(n, S::Set(-kLn2Low), r);
  const auto tail = Polynomial<S>(kExpPolynomial, r);
  return S::MulPow2(S::Set(1.0f) + S::Fma(r * r, tail, r), n);
}

// e^x. Above 89 the result rounds to infinity, as does that of the bound.
template <class S>
inline typename S::Vec Exp(typename S::Vec x) {
  return ExpNotAbove89<S>(S::Min(S::Set(89.0f), x));
}

// erf and tanh are odd: computed on |x|, then given the sign of x.
template <class S>
inline typename S::Vec Erf(typename S::Vec x) {
  const auto t = S::Abs(x);
  const auto small = S::Fma(t, Polynomial<S>(kErfSmallPolynomial, t * t), t);
  const auto bounded = S::Min(S::Set(kErfLarge), t);
  const auto large = S::Set(1.0f) - Exp<S>(Polynomial<S>(kErfLargePolynomial, bounded));
  return S::CopySign(S::IfLess(t, S::Set(kErfSmall), small, large), x);
}

// Away from 0, tanh t = 1 - 2 / (e^2t + 1).
template <class S>
inline typename S::Vec Tanh(typename S::Vec x) {
  const auto t = S::Abs(x);
  const auto square = t * t;
  const auto small = S::Fma(t * square, Polynomial<S>(kTanhPolynomial, square), t);
  const auto large = S::Set(1.0f) - S::Set(2.0f) / (Exp<S>(t + t) + S::Set(1.0f));
  return S::CopySign(S::IfLess(t, S::Set(kTanhSmall), small, large), x);
}

// x * (1 + erf(x / sqrt 2)) / 2 = x / 2 + t * h(t) with t = |x| and h(t) = erf(t / sqrt 2) / 2,
// which is looked up in a table of polynomials. The cancellation for x < 0 is exact once h is 1/2.
template <class S>
inline typename S::Vec Gelu(typename S::Vec x) {
  const auto t = S::Abs(x);
  // The operand that may be NaN comes first here: the table needs an index in its range.
  const auto bounded = S::Min(t, S::Set(kGeluLast));
  const auto index = S::Fma(bounded, S::Set(kGeluInverseStep), S::Set(kRoundingBias));
  const auto r = S::Fma(index - S::Set(kRoundingBias), S::Set(-kGeluStep), bounded);
  auto h = S::Lookup16(kGeluTable[4], index);
  for (int i = 3; i >= 0; --i) h = S::Fma(h, r, S::Lookup16(kGeluTable[i], index));
  return S::Fma(t, h, S::Set(0.5f) * x);
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_MATH_INL_H_
