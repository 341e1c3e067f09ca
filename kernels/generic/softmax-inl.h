// Softmax over rows. The order of operations is in docs/numerics.md.
#ifndef OCTET_KERNELS_GENERIC_SOFTMAX_INL_H_
#define OCTET_KERNELS_GENERIC_SOFTMAX_INL_H_

#include <limits>

#include "kernels/generic/math-inl.h"
#include "kernels/generic/simd-inl.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

// y[i] = e^(x[i] - max x); returns their sum. y may be x.
//
// Absent lanes count as -inf: their e^ is the +0 that the sum wants, unless max x is -inf or NaN,
// and then the sum is NaN with or without them.
template <class S>
float ExpRow(const float* x, float* y, int64_t n) {
  using Vec = typename S::Vec;
  constexpr float kAbsent = -std::numeric_limits<float>::infinity();
  Vec largest = S::Set(kAbsent);
  ForEachBlock(n, [&](int64_t i, int64_t lanes) OCTET_INLINE {
    largest = S::Max(LoadUpTo<S>(x + i, lanes, kAbsent), largest);
  });
  const Vec max = S::Set(S::ReduceMax(largest));
  Vec sum = S::Set(0.0f);
  ForEachBlock(n, [&](int64_t i, int64_t lanes) OCTET_INLINE {
    const Vec e = Exp<S>(LoadUpTo<S>(x + i, lanes, kAbsent) - max);
    StoreUpTo<S>(y + i, lanes, e);
    sum = sum + e;
  });
  return S::ReduceAdd(sum);
}

// x[i] *= factor.
template <class S>
void ScaleRow(float* x, int64_t n, float factor) {
  ForEachBlock(n, [=](int64_t i, int64_t lanes) OCTET_INLINE {
    StoreUpTo<S>(x + i, lanes, LoadUpTo<S>(x + i, lanes, 0.0f) * S::Set(factor));
  });
}

template <class S>
void Softmax(const float* x, float* y, int64_t rows, int64_t cols) {
  for (int64_t row = 0; row < rows; ++row) {
    const float sum = ExpRow<S>(x + row * cols, y + row * cols, cols);
    ScaleRow<S>(y + row * cols, cols, 1.0f / sum);
  }
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_SOFTMAX_INL_H_
