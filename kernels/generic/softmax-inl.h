// Softmax over rows. The order of operations is in docs/numerics.md.
#ifndef OCTET_KERNELS_GENERIC_SOFTMAX_INL_H_
#define OCTET_KERNELS_GENERIC_SOFTMAX_INL_H_

#include <limits>

#include "kernels/generic/math-inl.h"
#include "kernels/generic/simd-inl.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

// For kRows rows that begin `stride` apart, y[i] = e^(x[i] - max x), and their sums. y may be x.
// Several rows at a time hide the latency of an exponential and of the reductions.
//
// Absent lanes count as -inf, so their e^ adds +0 to the sum, unless max x is NaN, and then the sum
// is NaN with or without them. Where max x is -inf, 0 is subtracted: y and the sum of a row of -inf
// are 0, and of one with a NaN among them NaN.
template <class S, int kRows>
OCTET_INLINE inline void ExpRows(const float* x, float* y, int64_t stride, int64_t n, float* sums) {
  using Vec = typename S::Vec;
  constexpr float kAbsent = -std::numeric_limits<float>::infinity();
  Vec max[kRows];
  OCTET_UNROLL
  for (int r = 0; r < kRows; ++r) max[r] = S::Set(kAbsent);
  ForEachBlock(n, [&](int64_t i, int64_t lanes) OCTET_INLINE {
    OCTET_UNROLL
    for (int r = 0; r < kRows; ++r) {
      max[r] = S::Max(LoadUpTo<S>(x + r * stride + i, lanes, kAbsent), max[r]);
    }
  });
  Vec sum[kRows];
  OCTET_UNROLL
  for (int r = 0; r < kRows; ++r) {
    const float greatest = S::ReduceMax(max[r]);
    max[r] = S::Set(greatest == kAbsent ? 0.0f : greatest);
    sum[r] = S::Set(0.0f);
  }
  ForEachBlock(n, [&](int64_t i, int64_t lanes) OCTET_INLINE {
    OCTET_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const int64_t at = r * stride + i;
      const Vec e = ExpNotAbove89<S>(LoadUpTo<S>(x + at, lanes, kAbsent) - max[r]);
      StoreUpTo<S>(y + at, lanes, e);
      sum[r] = sum[r] + e;
    }
  });
  OCTET_UNROLL
  for (int r = 0; r < kRows; ++r) sums[r] = S::ReduceAdd(sum[r]);
}

// 1 / sum, of a sum that ExpRows gave. It is 0 for a row of -inf alone and at least 1 otherwise.
OCTET_INLINE inline float InverseOfSum(float sum, bool zero_when_hidden) {
  return zero_when_hidden && sum == 0.0f ? 0.0f : 1.0f / sum;
}

// x[i] *= factor.
template <class S>
void ScaleRow(float* x, int64_t n, float factor) {
  ForEachBlock(n, [=](int64_t i, int64_t lanes) OCTET_INLINE {
    StoreUpTo<S>(x + i, lanes, LoadUpTo<S>(x + i, lanes, 0.0f) * S::Set(factor));
  });
}

template <class S, int kRows>
OCTET_NOINLINE void SoftmaxRows(const float* x, float* y, int64_t cols) {
  float sums[kRows];
  ExpRows<S, kRows>(x, y, cols, cols, sums);
  for (int r = 0; r < kRows; ++r) ScaleRow<S>(y + r * cols, cols, 1.0f / sums[r]);
}

template <class S>
void Softmax(const float* x, float* y, int64_t rows, int64_t cols) {
  constexpr int64_t kRows = 4;  // 3 to 8 are equally fast, one by one is slower by a tenth
  int64_t row = 0;
  for (; row + kRows <= rows; row += kRows) {
    SoftmaxRows<S, kRows>(x + row * cols, y + row * cols, cols);
  }
  for (; row < rows; ++row) SoftmaxRows<S, 1>(x + row * cols, y + row * cols, cols);
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_SOFTMAX_INL_H_
