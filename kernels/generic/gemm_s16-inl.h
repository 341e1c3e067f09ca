// The int8 GEMM for CPUs without a four-way dot product: everything but the multiplication itself,
// of which there are two, each for its quads of a panel (pack_u8s8-inl.h).
//
// Bytes, on pair-safe quads: vpmaddubsw multiplies u8 by s8 and adds pairs in 16 bits, vpmaddwd by
// ones adds those to 32. The sum starts from what the zero point of a takes away.
//
// Wide, on the others: both operands are widened to 16 bits, where vpmaddwd multiplies and adds
// pairs exactly, |a - zero_point| <= 255 and |b| <= 128. The zero point is subtracted while a is
// widened.
//
// Loop order: block of columns, tile of rows, panel. A tile's rows of a are widened once for
// kColumnBlock columns, about 2 % of the work, while the block's accumulators wait beside them.
//
// Included by instruction-set folders only (see pack_u8s8-inl.h).
#ifndef OCTET_KERNELS_GENERIC_GEMM_S16_INL_H_
#define OCTET_KERNELS_GENERIC_GEMM_S16_INL_H_

#include <immintrin.h>

#include <utility>

#include "kernels/generic/epilogue-inl.h"
#include "kernels/generic/pack_u8s8-inl.h"
#include "kernels/generic/tile_rows-inl.h"

namespace octet::kernels {
namespace {

// Tile says how a tile is multiplied:
//   Isa, its vectors (simd-inl.h); kRows, kColumns
//   MultiplyWide<rows>: acc[i][j] += sum_p a[i * kS16RowStride + p] * b[p][j], b in
//   groups of two
//   MultiplyBytes<rows, a_signed>: acc[i][j] += sum_p a[i * lda + p] * b[p][j],
//   b in groups of four; a signed a is taken as a + 128
// p runs over the values of `quads` quads, quads > 0: those of a whose numbers are in `list`, those
// of b one after the other. acc is 64-byte aligned.
using MultiplyWideFn = void (*)(const int16_t* a, const uint16_t* list, const int8_t* b,
                                int64_t quads, int32_t* acc);
using MultiplyBytesFn = void (*)(const uint8_t* a, int64_t lda, const uint16_t* list,
                                 const int8_t* b, int64_t quads, int32_t* acc);

// A widened row holds this many values, which covers the widest layer of BERT-base in one piece (a
// panel is then read in one sweep): 6 rows are 36 KB of stack.
inline constexpr int64_t kS16KBlock = 3072;
// Not a multiple of 4 KB in bytes, or all rows would fall into the same cache sets.
inline constexpr int64_t kS16RowStride = kS16KBlock + 32;

// to[p] = from[p] - zero_point for p in [0, count); count is a multiple of 4.
template <class Byte>
void WidenRow(const Byte* from, int32_t zero_point, int64_t count, int16_t* to) {
  const __m256i offset = _mm256_set1_epi16(static_cast<int16_t>(zero_point));
  int64_t p = 0;
  for (; p + 16 <= count; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + p));
    const __m256i wide = Byte(-1) < 0 ? _mm256_cvtepi8_epi16(bytes) : _mm256_cvtepu8_epi16(bytes);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + p), _mm256_sub_epi16(wide, offset));
  }
  for (; p < count; ++p) to[p] = static_cast<int16_t>(from[p] - zero_point);
}

// The loops of a Tile for 1 to Tile::kRows rows.
template <class Tile, class Indices = std::make_index_sequence<Tile::kRows>>
struct MultiplyTables;
template <class Tile, size_t... kIndex>
struct MultiplyTables<Tile, std::index_sequence<kIndex...>> {
  // By rows - 1, and for bytes by a_signed first.
  static constexpr MultiplyWideFn kWide[] = {Tile::template MultiplyWide<kIndex + 1>...};
  static constexpr MultiplyBytesFn kBytes[][sizeof...(kIndex)] = {
      {Tile::template MultiplyBytes<kIndex + 1, false>...},
      {Tile::template MultiplyBytes<kIndex + 1, true>...}};
};

template <class Tile>
struct GemmS16 {
  using Multiply = MultiplyTables<Tile>;
  static constexpr int64_t kColumns = Tile::kColumns;
  static constexpr int64_t kPanels = 128 / kColumns;
  static constexpr int64_t kColumnBlock = kPanels * kColumns;
  using Packed = PackedU8S8<kColumns, true>;
  using Header = typename Packed::Header;
  using Accumulators = int32_t[Tile::kRows * kColumns];

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

  // Sets acc to what the product of the panel whose first column is n is added to:
  //   -a_offset * column_sum - b_zero_point * (a_row_sum - k * a_zero_point),
  // a_offset being what MultiplyBytes leaves in a. Modulo 2^32, as are all sums but the last.
  // The sums of the columns are those of the quads that MultiplyBytes takes: MultiplyWide is given
  // a without its zero point.
  static void Start(const GemmU8S8Args& args, int64_t m, int64_t rows, int64_t n,
                    const Header& header, Accumulators& acc) {
    const int32_t shift = args.a_signed ? 128 : 0;
    for (int64_t v = 0; v < kColumns; v += 8) {
      const __m256i column_sum =
          _mm256_load_si256(reinterpret_cast<const __m256i*>(header.column_sum + v));
      const bool affine = args.b_zero_point != nullptr && n + v < args.n;
      const __m256i b_zero_point =
          affine
              ? _mm256_maskload_epi32(args.b_zero_point + n + v, Avx2::FirstOfEight(args.n - n - v))
              : _mm256_setzero_si256();
      for (int64_t i = 0; i < rows; ++i) {
        const int32_t zero_point = args.a_zero_point[m + i];
        __m256i start = _mm256_mullo_epi32(column_sum, _mm256_set1_epi32(-(zero_point + shift)));
        if (affine) {
          const auto row_sum = static_cast<int32_t>(args.a_row_sum[m + i] - args.k * zero_point);
          start =
              _mm256_sub_epi32(start, _mm256_mullo_epi32(b_zero_point, _mm256_set1_epi32(row_sum)));
        }
        _mm256_store_si256(reinterpret_cast<__m256i*>(acc + i * kColumns + v), start);
      }
    }
  }

  // A panel of the packed weights.
  struct Panel {
    Panel(const int8_t* packed, int64_t k)
        : header(*reinterpret_cast<const Header*>(packed)),
          list(reinterpret_cast<const uint16_t*>(packed + Packed::kListOffset)),
          list_end(list + Packed::Quads(k)),
          quads(packed + Packed::QuadOffset(k)) {}

    const int8_t* QuadsOf(const uint16_t* from) const {
      return quads + (from - list) * Packed::kQuadBytes;
    }

    const Header& header;
    const uint16_t* list;
    const uint16_t* list_end;
    const int8_t* quads;
  };

  // Widens k in [p, p + count) of rows [m, m + rows).
  static void WidenRows(const GemmU8S8Args& args, int64_t m, int64_t rows, int64_t p, int64_t count,
                        int16_t* wide) {
    for (int64_t i = 0; i < rows; ++i, wide += kS16RowStride) {
      const uint8_t* row = args.a + (m + i) * args.lda + p;
      if (args.a_signed) {
        WidenRow(reinterpret_cast<const int8_t*>(row), args.a_zero_point[m + i], count, wide);
      } else {
        WidenRow(row, args.a_zero_point[m + i], count, wide);
      }
    }
  }

  // The first in an ascending list that is at least `quad`; at once where that is an end of it.
  static const uint16_t* FirstFrom(const uint16_t* begin, const uint16_t* end, int64_t quad) {
    if (begin == end || end[-1] < quad) return end;
    while (*begin < quad) {
      const uint16_t* middle = begin + (end - begin) / 2;
      if (*middle < quad) {
        begin = middle + 1;
      } else {
        end = middle;
      }
    }
    return begin;
  }

  // Adds the products of the quads in groups of two of `panels` panels, for rows [m, m + rows).
  static void AddWide(const GemmU8S8Args& args, int64_t m, int64_t rows, const int8_t* packed,
                      int64_t panels, Accumulators* acc) {
    alignas(64) int16_t a[Tile::kRows * kS16RowStride];
    const int64_t padded_k = 4 * Packed::Quads(args.k);
    for (int64_t p = 0; p < padded_k; p += kS16KBlock) {
      const int64_t count = padded_k - p < kS16KBlock ? padded_k - p : kS16KBlock;
      WidenRows(args, m, rows, p, count, a);
      // Element 0 of the row that `a` holds a block of.
      const auto* row =
          reinterpret_cast<const int16_t*>(reinterpret_cast<uintptr_t>(a) - p * sizeof(int16_t));
      for (int64_t j = 0; j < panels; ++j) {
        const Panel panel(packed + j * Packed::PanelBytes(args.k), args.k);
        const uint16_t* begin = panel.list + panel.header.fours;
        begin = FirstFrom(begin, panel.list_end, p / 4);
        const uint16_t* end = FirstFrom(begin, panel.list_end, (p + count) / 4);
        if (begin == end) continue;
        Multiply::kWide[rows - 1](row, begin, panel.QuadsOf(begin), end - begin, acc[j]);
      }
    }
  }

  // Rows [m, m + rows), columns [n0, n1) with n1 - n0 <= kColumnBlock.
  static void RunTile(const GemmU8S8Args& args, int64_t m, int64_t rows, int64_t n0, int64_t n1) {
    alignas(64) Accumulators acc[kPanels];
    const int64_t panel_bytes = Packed::PanelBytes(args.k);
    const int64_t panels = (n1 - n0 + kColumns - 1) / kColumns;
    const auto* packed = static_cast<const int8_t*>(args.b) + n0 / kColumns * panel_bytes;
    bool has_wide = false;
    for (int64_t j = 0; j < panels; ++j) {
      const Panel panel(packed + j * panel_bytes, args.k);
      const int64_t fours = panel.header.fours;
      Start(args, m, rows, n0 + j * kColumns, panel.header, acc[j]);
      if (fours > 0) {
        Multiply::kBytes[args.a_signed][rows - 1](args.a + m * args.lda, args.lda, panel.list,
                                                  panel.quads, fours, acc[j]);
      }
      has_wide |= fours < Packed::Quads(args.k);
    }
    if (has_wide) AddWide(args, m, rows, packed, panels, acc);
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
