// What the attention kernels have in common: the walk over panels of columns, the rows of the
// mask, and fetching the next head. Included by instruction-set folders only.
#ifndef OCTET_KERNELS_GENERIC_ATTENTION_WALK_INL_H_
#define OCTET_KERNELS_GENERIC_ATTENTION_WALK_INL_H_

#include <cstdint>
#include <limits>

#include "kernels/generic/simd-inl.h"

namespace octet::kernels {
namespace {

inline constexpr int64_t WholeVecs(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

// Calls panel(j, vecs) for panels of similar width, at most kMaxVecs vectors, which begin at
// column j.
template <int kMaxVecs, class Panel>
void ForEachPanel(int64_t columns, const Panel& panel) {
  for (int64_t j = 0; j < columns;) {
    const int64_t left = (columns - j + kLanes - 1) / kLanes;
    const int64_t panels = (left + kMaxVecs - 1) / kMaxVecs;
    const int64_t vecs = (left + panels - 1) / panels;
    panel(j, vecs);
    j += vecs * kLanes;
  }
}

// Fetches `width` columns of `rows` rows into the L2 cache. Attention does so strip by strip for
// the next head, since callers go from head to head, which lie side by side in the rows of q, k and
// v; behind the last head it fetches in vain, which does no harm. And for the output of the strip
// itself: left to the stores, those lines are waited for.
template <class S>
void PrefetchRows(const float* x, int64_t ld, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t j = 0; j < width; j += kLanes) S::Prefetch(x + r * ld + j);
  }
}

// A row of the mask, with -inf for the keys that fill the last vector: their weight is
// e^-inf = +0, which changes no sum. Where there is no mask it adds 0, which at most changes the
// sign of a score of zero, and that no exponential.
template <class S>
void PadMask(const float* row, int64_t keys, float* padded) {
  constexpr float kAbsent = -std::numeric_limits<float>::infinity();
  ForEachBlock(keys, [=](int64_t i, int64_t lanes) OCTET_INLINE {
    constexpr float kZeros[kLanes] = {};
    S::Store(padded + i, LoadUpTo<S>(row == nullptr ? kZeros : row + i, lanes, kAbsent));
  });
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_ATTENTION_WALK_INL_H_
