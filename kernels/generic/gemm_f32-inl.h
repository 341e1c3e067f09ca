// The float GEMM on 16-lane vectors, for a register tile of kRows x (kVecs * 16) outputs.
//
// b is packed into panels of kVecs * 16 columns, each panel [k][columns] and zero-padded to its
// width, so that the inner loop reads it as one stream. a stays where it is: one element is
// broadcast to a register for each row. For each p in [0, k) the tile does kRows * kVecs fused
// multiply-adds on kVecs loads and kRows broadcasts.
//
// K is not split, so every output is one chain that stays in a register. Splitting K was slower at
// every K up to 3072.
#ifndef OCTET_KERNELS_GENERIC_GEMM_F32_INL_H_
#define OCTET_KERNELS_GENERIC_GEMM_F32_INL_H_

#include <algorithm>

#include "kernels/generic/epilogue-inl.h"
#include "kernels/generic/tile_f32-inl.h"
#include "kernels/generic/tile_rows-inl.h"
#include "kernels/generic/transpose-inl.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

template <class S, int kRows, int kVecs>
struct GemmF32Kernel {
  using Vec = typename S::Vec;

  static constexpr int64_t kColumns = kVecs * kLanes;  // of a panel
  // A block of so many rows is multiplied by all panels before the next block. At K = 768 it takes
  // 360 KiB, which an L2 cache of 512 KiB or more holds beside a panel.
  static constexpr int64_t kBlockM = 120 / kRows * kRows;

  // The panel comes from the L2 cache or from memory. On an Emerald Rapids, fetching it 16 steps
  // ahead makes 16 rows 1.2 times as fast.
  static constexpr int kAhead = 16;

  static size_t PackedFloats(int64_t n, int64_t k) {
    return static_cast<size_t>((n + kColumns - 1) / kColumns * kColumns * k);
  }
  static size_t PackedBytes(int64_t n, int64_t k) { return PackedFloats(n, k) * sizeof(float); }

  static void Pack(const float* b, int64_t stride_k, int64_t stride_n, int64_t n, int64_t k,
                   void* packed) {
    float* out = static_cast<float*>(packed);
    for (int64_t j = 0; j < n; j += kColumns) {
      const int64_t columns = std::min(kColumns, n - j);
      if (stride_n == 1) {
        PackRows(b + j, stride_k, columns, k, out);
      } else if (stride_k == 1) {
        PackTransposed(b + j * stride_n, stride_n, columns, k, out);
      } else {
        PackStrided(b + j * stride_n, stride_k, stride_n, columns, k, out);
      }
      out += k * kColumns;
    }
  }

  static void Run(const GemmF32Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
    const float* b = static_cast<const float*>(args.b);
    for (int64_t block = m0; block < m1; block += kBlockM) {
      const int64_t block_end = std::min(m1, block + kBlockM);
      for (int64_t j = n0; j < n1; j += kColumns) {
        const Tile tile = {args, b + j * args.k, j, std::min(kColumns, n1 - j)};
        ForEachTile(block_end - block, kRows, [&](int64_t r, int64_t rows) {
          WithTileSize<kRows, kVecs>(rows, (tile.columns + kLanes - 1) / kLanes,
                                     [&]<int kTileRows, int kTileVecs>() {
                                       RunTile<kTileRows, kTileVecs>(tile, block + r);
                                     });
        });
      }
    }
  }

 private:
  // Columns [j, j + columns) of c, at most kColumns.
  struct Tile {
    const GemmF32Args& args;
    const float* b;
    int64_t j;
    int64_t columns;
  };

  // Rows [i, i + kTileRows).
  template <int kTileRows, int kTileVecs>
  OCTET_NOINLINE static void RunTile(const Tile& tile, int64_t i) {
    const GemmF32Args& args = tile.args;
    Vec y[kTileRows][kTileVecs];
    MultiplyTile<S, kTileRows, kTileVecs, kAhead>(
        args.a + i * args.lda, args.lda, tile.b, kColumns, args.k,
        [&](int r, int v, Vec sum) OCTET_INLINE { y[r][v] = sum; });
    if (args.bias != nullptr) {
      OCTET_UNROLL
      for (int v = 0; v < kTileVecs; ++v) {
        const int64_t at = v * kLanes;
        const Vec bias = LoadUpTo<S>(args.bias + tile.j + at, tile.columns - at, 0.0f);
        OCTET_UNROLL
        for (int r = 0; r < kTileRows; ++r) y[r][v] = y[r][v] + bias;
      }
    }
    float* c = args.c + i * args.ldc + tile.j;
    if (tile.columns < kTileVecs * kLanes) {
      OCTET_UNROLL
      for (int r = 0; r < kTileRows; ++r) {
        FinishPartialRow<S>(args.epilogue, i + r, tile.j, tile.columns, y[r], c + r * args.ldc);
      }
      return;
    }
    WithActivation(args.epilogue.activation, [&]<Activation kActivation>() OCTET_INLINE {
      OCTET_UNROLL
      for (int r = 0; r < kTileRows; ++r) {
        OCTET_UNROLL
        for (int v = 0; v < kTileVecs; ++v) y[r][v] = Activate<S, kActivation>(y[r][v]);
        FinishTileRow<S>(args.epilogue, i + r, tile.j, y[r], c + r * args.ldc);
      }
    });
  }

  static void PackStrided(const float* b, int64_t stride_k, int64_t stride_n, int64_t columns,
                          int64_t k, float* out) {
    for (int64_t p = 0; p < k; ++p) {
      for (int64_t j = 0; j < columns; ++j) out[j] = b[p * stride_k + j * stride_n];
      std::fill(out + columns, out + kColumns, 0.0f);
      out += kColumns;
    }
  }

  // For rows that are contiguous in memory.
  static void PackRows(const float* b, int64_t stride_k, int64_t columns, int64_t k, float* out) {
    for (int64_t p = 0; p < k; ++p) {
      for (int64_t j = 0; j < kColumns; j += kLanes) {
        const float* from = b + p * stride_k + j;
        S::Store(out + j, j < columns ? LoadUpTo<S>(from, columns - j, 0.0f) : S::Set(0.0f));
      }
      out += kColumns;
    }
  }

  // For columns that are contiguous in memory.
  static void PackTransposed(const float* b, int64_t stride_n, int64_t columns, int64_t k,
                             float* out) {
    for (int64_t j = 0; j < kColumns; j += kLanes) {
      TransposeRows<S>(b + j * stride_n, stride_n, columns - j, k, out + j, kColumns);
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_GEMM_F32_INL_H_
