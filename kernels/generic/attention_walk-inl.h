// What the attention kernels of all precisions share: the walk over strips of queries and panels of
// columns, the rows of the mask, and fetching the next head. Included by instruction-set folders
// only.
#ifndef OCTET_KERNELS_GENERIC_ATTENTION_WALK_INL_H_
#define OCTET_KERNELS_GENERIC_ATTENTION_WALK_INL_H_

#include <cstdint>
#include <limits>

#include "kernels/generic/simd-inl.h"
#include "kernels/generic/tile_f32-inl.h"
#include "kernels/generic/tile_rows-inl.h"
#include "kernels/kernel_table.h"

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

// Fetches `width` columns of `rows` rows into the L2 cache.
template <class S>
void PrefetchRows(const float* x, int64_t ld, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t j = 0; j < width; j += kLanes) S::Prefetch(x + r * ld + j);
  }
}

// Copies a row of the mask and gives the keys that fill the last vector -inf: their weight is
// e^-inf = +0, which does not change a sum. Without a mask the row adds 0. That can at most change
// the sign of a score of zero, which does not change its exponential.
template <class S>
void PadMask(const float* row, int64_t keys, float* padded) {
  constexpr float kAbsent = -std::numeric_limits<float>::infinity();
  ForEachBlock(keys, [=](int64_t i, int64_t lanes) OCTET_INLINE {
    constexpr float kZeros[kLanes] = {};
    S::Store(padded + i, LoadUpTo<S>(row == nullptr ? kZeros : row + i, lanes, kAbsent));
  });
}

// Runs a kernel with register tiles of at most kRows x kMaxVecs vectors on strips of queries, whose
// scores stay in the L1 cache: scores, weights and output of a strip, then the next one. `mask` has
// room for the padded mask rows of a strip, 2 * kRows rows of WholeVecs(keys) floats.
//
// A Kernel has, for rows [r, r + kHeight) of the strip:
//   StartStrip(first, rows)                 called once, before the others; `first` is a query
//   ScoreTile<kHeight, kVecs>(first, r, j, mask, mask_stride)
//                                           scores of the keys from j on; `mask` is that of row 0
//   ComputeWeights<kHeight>(r, inverse)     e^(score - greatest score); the inverses of their sums
//   OutputTile<kHeight, kVecs>(first, r, j, inverse)    columns from j on of the output
//
// Callers go from head to head, which lie side by side in the rows of q, k and v. So each strip
// fetches its rows of the next head. The prefetch past the last head is wasted but harmless.
// Prefetching the output avoids stalls on store misses.
template <class S, int kRows, int kMaxVecs, class Kernel>
OCTET_INLINE inline void RunStrips(const AttentionArgs& args, float* mask, const Kernel& kernel) {
  constexpr int64_t kStrip = 2 * kRows;
  const int64_t stride = WholeVecs(args.keys);
  const int64_t mask_stride = args.mask_row_stride == 0 ? 0 : stride;
  if (mask_stride == 0) PadMask<S>(args.mask, args.keys, mask);
  ForEachTile(args.queries, kStrip, [&](int64_t first, int64_t rows) {
    if (mask_stride != 0) {
      for (int64_t r = 0; r < rows; ++r) {
        PadMask<S>(args.mask + (first + r) * args.mask_row_stride, args.keys, mask + r * stride);
      }
    }
    kernel.StartStrip(first, rows);
    const int64_t next_head = args.head_dim;
    PrefetchRows<S>(args.out + first * args.ldo, args.ldo, rows, args.head_dim);
    PrefetchRows<S>(args.k + first * args.ldk + next_head, args.ldk, rows, args.head_dim);
    ForEachPanel<kMaxVecs>(args.keys, [&](int64_t j, int64_t vecs) {
      ForEachTile(rows, kRows, [&](int64_t r, int64_t height) {
        WithTileSize<kRows, kMaxVecs>(height, vecs, [&]<int kHeight, int kVecs>() {
          kernel.template ScoreTile<kHeight, kVecs>(first, r, j, mask + r * mask_stride + j,
                                                    mask_stride);
        });
      });
    });
    PrefetchRows<S>(args.q + first * args.ldq + next_head, args.ldq, rows, args.head_dim);
    float inverse[kStrip];
    ForEachTile(rows, kRows, [&](int64_t r, int64_t height) {
      WithTileSize<kRows, 1>(height, 1, [&]<int kHeight, int>() {
        kernel.template ComputeWeights<kHeight>(r, inverse + r);
      });
    });
    PrefetchRows<S>(args.v + first * args.ldv + next_head, args.ldv, rows, args.head_dim);
    ForEachPanel<kMaxVecs>(args.head_dim, [&](int64_t j, int64_t vecs) {
      ForEachTile(rows, kRows, [&](int64_t r, int64_t height) {
        WithTileSize<kRows, kMaxVecs>(height, vecs, [&]<int kHeight, int kVecs>() {
          kernel.template OutputTile<kHeight, kVecs>(first, r, j, inverse + r);
        });
      });
    });
  });
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_ATTENTION_WALK_INL_H_
