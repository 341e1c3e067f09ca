// The int8 GEMM for CPUs without a four-way dot product: everything but the multiplication itself.
//
// Both operands are widened to 16 bits, where vpmaddwd multiplies and adds pairs exactly:
// |a - zero_point| <= 255 and |b| <= 128. (vpmaddubsw would do twice the work an instruction, but
// saturates at 16 bits.) The zero point is subtracted while a is widened, so column sums are not
// needed.
//
// Loop order: block of columns, tile of rows, block of k, panel. A tile's rows of a are widened
// once for kColumnBlock columns, about 2 % of the work, while the block's accumulators wait beside
// them.
//
// Included by instruction-set folders only (see pack_u8s8-inl.h).
#ifndef OCTET_KERNELS_GENERIC_GEMM_S16_INL_H_
#define OCTET_KERNELS_GENERIC_GEMM_S16_INL_H_

#include <immintrin.h>

#include "kernels/generic/epilogue-inl.h"
#include "kernels/generic/pack_u8s8-inl.h"
#include "kernels/generic/tile_rows-inl.h"

namespace octet::kernels {
namespace {

// Tile says how a tile is multiplied:
//   Isa, its vectors (simd-inl.h); kRows, kColumns
//   kMultiply, indexed by rows - 1: acc[i][j] += sum_p a[i * kS16RowStride + p] * b[p][j]
// p runs over 4 * quads values; b is in PackedU8S8<kColumns, 2> order; acc is 64-byte aligned.
using MultiplyS16Fn = void (*)(const int16_t* a, const int8_t* b, int64_t quads, int32_t* acc);

// A widened row holds this many values, which covers the widest layer of BERT-base in one piece (a
// panel is then read in one sweep): 6 rows are 36 KB of stack.
inline constexpr int64_t kS16KBlock = 3072;
// Not a multiple of 4 KB in bytes, or all rows would fall into the same cache sets.
inline constexpr int64_t kS16RowStride = kS16KBlock + 32;

// to[p] = from[p] - zero_point for p in [0, count); count is a multiple of 4.
void WidenRow(const uint8_t* from, int32_t zero_point, int64_t count, int16_t* to) {
  const __m256i offset = _mm256_set1_epi16(static_cast<int16_t>(zero_point));
  int64_t p = 0;
  for (; p + 16 <= count; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + p));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + p),
                        _mm256_sub_epi16(_mm256_cvtepu8_epi16(bytes), offset));
  }
  for (; p < count; ++p) to[p] = static_cast<int16_t>(from[p] - zero_point);
}

template <class Tile>
struct GemmS16 {
  static constexpr int64_t kColumns = Tile::kColumns;
  static constexpr int64_t kPanels = 128 / kColumns;
  static constexpr int64_t kColumnBlock = kPanels * kColumns;
  using Packed = PackedU8S8<kColumns, 2>;

  // Scales and finishes rows [m, m + rows) of the panel whose first column is n.
  static void Store(const GemmU8S8Args& args, int64_t m, int64_t rows, int64_t n,
                    const int32_t* acc) {
    using S = typename Tile::Isa;
    constexpr int kVecs = kColumns / kLanes;
    const int64_t columns = args.n - n;
    typename S::Vec b_scale[kVecs];
    typename S::Vec bias[kVecs];
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) {
      b_scale[v] = bias[v] = S::Set(0.0f);
      const int64_t lanes = columns - v * kLanes;
      if (lanes <= 0) continue;
      b_scale[v] = LoadUpTo<S>(args.b_scale + n + v * kLanes, lanes, 0.0f);
      if (args.bias != nullptr) bias[v] = LoadUpTo<S>(args.bias + n + v * kLanes, lanes, 0.0f);
    }
    WithActivation(args.epilogue.activation, [&]<Activation kActivation>() OCTET_INLINE {
      for (int64_t i = 0; i < rows; ++i) {
        const auto a_scale = S::Set(args.a_scale[m + i]);
        typename S::Vec y[kVecs];
        OCTET_UNROLL
        for (int v = 0; v < kVecs; ++v) {
          y[v] =
              S::Fma(S::LoadInt32(acc + i * kColumns + v * kLanes), a_scale * b_scale[v], bias[v]);
        }
        float* c = args.c + (m + i) * args.ldc + n;
        if (columns < kColumns) {
          FinishPartialRow<S>(args.epilogue, m + i, n, columns, y, c);
          continue;
        }
        OCTET_UNROLL
        for (int v = 0; v < kVecs; ++v) y[v] = Activate<S, kActivation>(y[v]);
        FinishTileRow<S>(args.epilogue, m + i, n, y, c);
      }
    });
  }

  // Rows [m, m + rows), columns [n0, n1) with n1 - n0 <= kColumnBlock.
  static void RunTile(const GemmU8S8Args& args, int64_t m, int64_t rows, int64_t n0, int64_t n1) {
    alignas(64) int16_t a[Tile::kRows * kS16RowStride];
    alignas(64) int32_t acc[kPanels][Tile::kRows * kColumns];
    const int64_t padded_k = Packed::PaddedK(args.k);
    const int64_t panel_bytes = Packed::PanelBytes(args.k);
    const int64_t panels = (n1 - n0 + kColumns - 1) / kColumns;
    const auto* packed = static_cast<const int8_t*>(args.b) + n0 / kColumns * panel_bytes;
    const MultiplyS16Fn multiply = Tile::kMultiply[rows - 1];
    __builtin_memset(acc, 0, static_cast<size_t>(panels) * sizeof(acc[0]));
    for (int64_t p = 0; p < padded_k; p += kS16KBlock) {
      const int64_t count = padded_k - p < kS16KBlock ? padded_k - p : kS16KBlock;
      for (int64_t i = 0; i < rows; ++i) {
        WidenRow(args.a + (m + i) * args.lda + p, args.a_zero_point[m + i], count,
                 a + i * kS16RowStride);
      }
      const int8_t* b = packed + Packed::kColumnSumBytes + p * kColumns;
      for (int64_t j = 0; j < panels; ++j) multiply(a, b + j * panel_bytes, count / 4, acc[j]);
    }
    for (int64_t j = 0; j < panels; ++j) Store(args, m, rows, n0 + j * kColumns, acc[j]);
  }

  static void Run(const GemmU8S8Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
    for (int64_t n = n0; n < n1; n += kColumnBlock) {
      const int64_t n_end = n1 - n < kColumnBlock ? n1 : n + kColumnBlock;
      for (int64_t m = m0; m < m1;) {
        const int64_t rows = TileRows(m1 - m, Tile::kRows);
        RunTile(args, m, rows, n, n_end);
        m += rows;
      }
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_GEMM_S16_INL_H_
