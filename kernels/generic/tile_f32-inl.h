// The register tile of float products: every output is one chain of fused multiply-adds that stays
// in a register. Included by instruction-set folders only.
#ifndef OCTET_KERNELS_GENERIC_TILE_F32_INL_H_
#define OCTET_KERNELS_GENERIC_TILE_F32_INL_H_

#include "kernels/generic/simd-inl.h"

namespace octet::kernels {
namespace {

// Calls finish(r, v, sum) for each of kRows x kVecs vectors, where lane i of sum is the chain
// s = fma(a[r * lda + p], b[p * ldb + v * 16 + i], s) for p = 0, 1, ... k - 1, from +0.
//
// For each p there are kRows * kVecs fused multiply-adds on kVecs loads and kRows broadcasts. Hold
// keeps the loads in registers: GCC 12 would repeat them for each row of tiles of at most four.
// Unrolling by two saves instructions: AVX2 was 7 % faster with it in the slow minutes of a Zen 3
// guest, presumably when a neighbour shared the core, and level otherwise. Unrolling by four was
// slower.
//
// Each step fetches the row of b that is kAhead steps further into the L1 cache, which need not be
// readable; 0: none.
template <class S, int kRows, int kVecs, int kAhead = 0, class Finish>
OCTET_INLINE inline void MultiplyTile(const float* a, int64_t lda, const float* b, int64_t ldb,
                                      int64_t k, Finish finish) {
  using Vec = typename S::Vec;
  Vec sum[kRows][kVecs];
  OCTET_UNROLL
  for (int r = 0; r < kRows; ++r) {
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) sum[r][v] = S::Set(0.0f);
  }
  OCTET_UNROLL_TWICE
  for (int64_t p = 0; p < k; ++p) {
    Vec column[kVecs];
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) column[v] = S::Hold(S::Load(b + v * kLanes));
    OCTET_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const Vec row = S::Set(a[r * lda]);
      OCTET_UNROLL
      for (int v = 0; v < kVecs; ++v) sum[r][v] = S::Fma(row, column[v], sum[r][v]);
    }
    if constexpr (kAhead > 0) {
      OCTET_UNROLL
      for (int v = 0; v < kVecs; ++v) __builtin_prefetch(b + kAhead * ldb + v * kLanes);
    }
    a += 1;
    b += ldb;
  }
  OCTET_UNROLL
  for (int r = 0; r < kRows; ++r) {
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) finish(r, v, sum[r][v]);
  }
}

// Calls run.operator()<r, v>() for r = rows and v = vecs, which are at most kRows and kVecs.
template <int kRows, int kVecs, class Run>
inline void WithTileSize(int64_t rows, int64_t vecs, const Run& run) {
  if constexpr (kRows > 1) {
    if (rows < kRows) return WithTileSize<kRows - 1, kVecs>(rows, vecs, run);
  }
  if constexpr (kVecs > 1) {
    if (vecs < kVecs) return WithTileSize<kRows, kVecs - 1>(rows, vecs, run);
  }
  run.template operator()<kRows, kVecs>();
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_TILE_F32_INL_H_
