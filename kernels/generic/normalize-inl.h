// Layer normalization. The order of operations is in docs/numerics.md.
#ifndef OCTET_KERNELS_GENERIC_NORMALIZE_INL_H_
#define OCTET_KERNELS_GENERIC_NORMALIZE_INL_H_

#include <algorithm>
#include <cmath>

#include "kernels/generic/epilogue-inl.h"
#include "kernels/generic/simd-inl.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

// The last pass over kRows rows: scales x, which may be y. Without kRange the code of the range is
// not even compiled, because its registers are needed for several rows at once.
template <class S, int kRows, bool kRange>
void ScaleRows(const LayerNormArgs& args, int64_t row, const float* x, const float* mean,
               const float* inverse) {
  using Vec = typename S::Vec;
  float* y = args.y + row * args.cols;
  RangeVecs<S> range[kRows];
  ForEachBlock(args.cols, [&](int64_t i, int64_t lanes) OCTET_INLINE {
    const Vec gamma = LoadUpTo<S>(args.gamma + i, lanes, 0.0f);
    const Vec beta = args.beta == nullptr ? S::Set(0.0f) : LoadUpTo<S>(args.beta + i, lanes, 0.0f);
    OCTET_UNROLL
    for (int r = 0; r < kRows; ++r) {
      // An absent element becomes +0, which is in every range.
      const Vec value = LoadUpTo<S>(x + r * args.cols + i, lanes, mean[r]);
      const Vec normal = (value - S::Set(mean[r])) * S::Set(inverse[r]);
      const Vec result = S::Fma(normal, gamma, beta);
      if constexpr (kRange) range[r].Add(result);
      StoreUpTo<S>(y + r * args.cols + i, lanes, result);
    }
  });
  if constexpr (kRange) {
    OCTET_UNROLL
    for (int r = 0; r < kRows; ++r) range[r].Store(args.range + row + r);
  }
}

// Normalizes kRows rows at once: the sums of a row are one chain of dependent additions, and the
// other rows hide its latency.
template <class S, int kRows, int kRangeRows>
void LayerNormRows(const LayerNormArgs& args, int64_t row) {
  using Vec = typename S::Vec;
  const int64_t cols = args.cols;
  const float count = static_cast<float>(cols);
  const float* x = args.x + row * cols;
  const float* residual = args.residual == nullptr ? nullptr : args.residual + row * cols;
  float* y = args.y + row * cols;

  Vec sum[kRows];
  OCTET_UNROLL
  for (int r = 0; r < kRows; ++r) sum[r] = S::Set(0.0f);
  ForEachBlock(cols, [&](int64_t i, int64_t lanes) OCTET_INLINE {
    OCTET_UNROLL
    for (int r = 0; r < kRows; ++r) {
      Vec value = LoadUpTo<S>(x + r * cols + i, lanes, 0.0f);
      if (residual != nullptr) {
        value = value + LoadUpTo<S>(residual + r * cols + i, lanes, 0.0f);
        StoreUpTo<S>(y + r * cols + i, lanes, value);
      }
      sum[r] = sum[r] + value;
    }
  });

  if (residual != nullptr) x = y;

  float mean[kRows];
  Vec squares[kRows];
  OCTET_UNROLL
  for (int r = 0; r < kRows; ++r) {
    mean[r] = S::ReduceAdd(sum[r]) / count;
    squares[r] = S::Set(0.0f);
  }
  ForEachBlock(cols, [&](int64_t i, int64_t lanes) OCTET_INLINE {
    OCTET_UNROLL
    for (int r = 0; r < kRows; ++r) {
      // An absent element is at the mean, so that its square adds +0.
      const Vec centred = LoadUpTo<S>(x + r * cols + i, lanes, mean[r]) - S::Set(mean[r]);
      squares[r] = S::Fma(centred, centred, squares[r]);
    }
  });

  float inverse[kRows];
  OCTET_UNROLL
  for (int r = 0; r < kRows; ++r) {
    inverse[r] = 1.0f / std::sqrt(S::ReduceAdd(squares[r]) / count + args.epsilon);
  }
  if (args.range == nullptr) {
    ScaleRows<S, kRows, false>(args, row, x, mean, inverse);
  } else {
    constexpr int kStep = std::min(kRows, kRangeRows);
    for (int r = 0; r < kRows; r += kStep) {
      ScaleRows<S, kStep, true>(args, row + r, x + r * cols, mean + r, inverse + r);
    }
  }
}

// kRangeRows is 1, 2 or 4: how many rows have their ranges in registers at once.
template <class S, int kRangeRows>
void LayerNorm(const LayerNormArgs& args) {
  int64_t row = 0;
  for (; row + 4 <= args.rows; row += 4) LayerNormRows<S, 4, kRangeRows>(args, row);
  for (; row < args.rows; ++row) LayerNormRows<S, 1, kRangeRows>(args, row);
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_NORMALIZE_INL_H_
