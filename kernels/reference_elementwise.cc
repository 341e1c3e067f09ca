// The scalar elementwise functions. The polynomials are shared with the other instruction sets
// (their order of operations is the contract); tests compare them with the C library's in double.
#include "kernels/generic/math-inl.h"
#include "kernels/generic/simd_scalar-inl.h"
#include "kernels/reference.h"

namespace octet::kernels {

void ReferenceExp(const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = Exp<Scalar>(x[i]);
}

void ReferenceErf(const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = Erf<Scalar>(x[i]);
}

void ReferenceTanh(const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = Tanh<Scalar>(x[i]);
}

void ReferenceGelu(const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = Gelu<Scalar>(x[i]);
}

}  // namespace octet::kernels
