// The int8 GEMM for CPUs without a four-way dot product: everything but the multiplication itself.
// Each run of quads of a part of the weights (quad_runs-inl.h) has a loop of its own:
//
// kDouble and kSingle: vpmaddubsw multiplies u8 by s8 and adds pairs in 16 bits. kDouble adds two
// such sums with vpaddw. vpmaddwd by ones adds pairs to 32 bits.
//
// kWide: the even and the odd bytes of a and b become 16-bit words, and vpmaddwd multiplies and
// adds pairs of them exactly.
//
// Loop order: block of columns, tile of rows, block of k, part. The two forms of a tile's rows of a
// are written once for a block of columns, which is about 1 % of the work. The accumulators of the
// block wait in memory beside them.
//
// Included by instruction-set folders only (see pack_pairs-inl.h).
#ifndef OCTET_KERNELS_X86_GEMM_PAIRS_INL_H_
#define OCTET_KERNELS_X86_GEMM_PAIRS_INL_H_

#include <immintrin.h>

#include <utility>

#include "kernels/generic/epilogue-inl.h"
#include "kernels/generic/tile_rows-inl.h"
#include "kernels/x86/pack_pairs-inl.h"
#include "kernels/x86/simd-inl.h"

namespace octet::kernels {
namespace {

// Columns of a tile, and so from one row of accumulators to the next.
inline constexpr int64_t kPairsColumns = 16;

// acc[i * kPairsColumns + j] += sum_p a[i][p] * b[p][j] over the quads of a part; each run has
// steps[run] steps. `list` says where in `forms` the quads of row 0 are; those of row i are 4 * i
// bytes further on. acc is 64-byte aligned, or 32-byte aligned if a part has 8 columns.
using MultiplyFn = void (*)(const uint8_t* forms, const uint16_t* list, const int8_t* b,
                            const int32_t* steps, int32_t* acc);

// The functions Multiply<rows> of a Tile; index rows - 1. A Tile also has
//   Isa           its vectors (simd-inl.h)
//   kRows         the most rows
//   kPartColumns  the columns of a part: 8 or 16
template <class Tile, class Indices = std::make_index_sequence<Tile::kRows>>
struct MultiplyTable;
template <class Tile, size_t... kIndex>
struct MultiplyTable<Tile, std::index_sequence<kIndex...>> {
  static constexpr MultiplyFn kFunctions[] = {Tile::template Multiply<kIndex + 1>...};
};

// The 16 bytes of a row at `a`, of which `bytes` exist.
inline __m128i LoadBytes(const uint8_t* a, int64_t bytes) {
  __m128i loaded = _mm_setzero_si128();
  __builtin_memcpy(&loaded, a, static_cast<size_t>(bytes));
  return loaded;
}

// Writes rows [0, rows) of `count` values of a as the loops read them: for each quad of k, both
// forms of kFormRows rows in one cache line. The bytes up to the next multiple of 4 are read too.
inline void WriteForms(const uint8_t* a, int64_t lda, int64_t rows, int64_t count, uint8_t* forms) {
  const __m128i flips = _mm_set1_epi32(static_cast<int32_t>(kFlippedBits));
  const auto write = [&](__m128i four_rows, uint8_t* to) OCTET_INLINE {
    _mm_store_si128(reinterpret_cast<__m128i*>(to), four_rows);
    _mm_store_si128(reinterpret_cast<__m128i*>(to + kFlippedForm), _mm_xor_si128(four_rows, flips));
  };
  for (int64_t i = 0; i < rows; i += 4) {
    // The last row stands in for rows that do not exist.
    const uint8_t* row[4];
    for (int64_t r = 0; r < 4; ++r) row[r] = a + (i + r < rows ? i + r : rows - 1) * lda;
    uint8_t* to = forms + 4 * i;
    const auto transpose = [&](__m128i a0, __m128i a1, __m128i a2, __m128i a3) OCTET_INLINE {
      const __m128i low01 = _mm_unpacklo_epi32(a0, a1);
      const __m128i low23 = _mm_unpacklo_epi32(a2, a3);
      const __m128i high01 = _mm_unpackhi_epi32(a0, a1);
      const __m128i high23 = _mm_unpackhi_epi32(a2, a3);
      write(_mm_unpacklo_epi64(low01, low23), to);
      write(_mm_unpackhi_epi64(low01, low23), to + kFormBytes);
      write(_mm_unpacklo_epi64(high01, high23), to + 2 * kFormBytes);
      write(_mm_unpackhi_epi64(high01, high23), to + 3 * kFormBytes);
      to += 4 * kFormBytes;
    };
    int64_t p = 0;
    for (; p + 16 <= count; p += 16) {
      transpose(LoadBytes(row[0] + p, 16), LoadBytes(row[1] + p, 16), LoadBytes(row[2] + p, 16),
                LoadBytes(row[3] + p, 16));
    }
    if (p < count) {
      const int64_t left = (count - p + 3) / 4 * 4;
      transpose(LoadBytes(row[0] + p, left), LoadBytes(row[1] + p, left),
                LoadBytes(row[2] + p, left), LoadBytes(row[3] + p, left));
    }
  }
}

template <class Tile>
struct GemmPairs {
  static constexpr int64_t kColumns = kPairsColumns;
  static constexpr int64_t kPartColumns = Tile::kPartColumns;
  // Several tiles, so that the rows of a are prepared once for them, and their rows of c are
  // written together: 2 % faster than 128, and level with 512.
  static constexpr int64_t kColumnBlock = 256;
  using Packed = PackedPairs<kPartColumns, kColumns>;
  using Header = typename Packed::Header;
  using Accumulators = int32_t[Tile::kRows * kColumns];

  // Scales and finishes rows [m, m + rows) of the kColumns columns from n on, which are one vector.
  static void Store(const GemmU8S8Args& args, int64_t m, int64_t rows, int64_t n,
                    const int32_t* acc) {
    using S = typename Tile::Isa;
    static_assert(kColumns == kLanes);
    const int64_t columns = args.n - n;
    const auto b_scale = LoadUpTo<S>(args.b_scale + n, columns, 0.0f);
    const auto bias =
        args.bias == nullptr ? S::Set(0.0f) : LoadUpTo<S>(args.bias + n, columns, 0.0f);
    WithActivation(args.epilogue.activation, [&]<Activation kActivation>() OCTET_INLINE {
      for (int64_t i = 0; i < rows; ++i) {
        const auto scale = S::Set(args.a_scale[m + i]) * b_scale;
        typename S::Vec y[1] = {S::Fma(S::LoadInt32(acc + i * kColumns), scale, bias)};
        float* c = args.c + (m + i) * args.ldc + n;
        if (columns < kColumns) {
          FinishPartialRow<S>(args.epilogue, m + i, n, columns, y, c);
          continue;
        }
        y[0] = Activate<S, kActivation>(y[0]);
        FinishTileRow<S>(args.epilogue, m + i, n, y, c);
      }
    });
  }

  // Sets acc to what the products of the part whose first column is n are added to:
  //   header.start - a_zero_point * column_sum - b_zero_point * (a_row_sum - k * a_zero_point)
  // Modulo 2^32, as are all sums but the last.
  static void Start(const GemmU8S8Args& args, int64_t m, int64_t rows, int64_t n,
                    const Header& header, int32_t* acc) {
    for (int64_t v = 0; v < kPartColumns; v += 8) {
      const __m256i column_sum =
          _mm256_load_si256(reinterpret_cast<const __m256i*>(header.column_sum + v));
      const __m256i flipped = _mm256_load_si256(reinterpret_cast<const __m256i*>(header.start + v));
      const bool affine = args.b_zero_point != nullptr && n + v < args.n;
      const __m256i b_zero_point =
          affine
              ? _mm256_maskload_epi32(args.b_zero_point + n + v, Avx2::FirstOfEight(args.n - n - v))
              : _mm256_setzero_si256();
      for (int64_t i = 0; i < rows; ++i) {
        const int32_t zero_point = args.a_zero_point[m + i];
        const __m256i offset = _mm256_set1_epi32(zero_point);
        __m256i start = _mm256_sub_epi32(flipped, _mm256_mullo_epi32(column_sum, offset));
        if (affine) {
          const auto row_sum = static_cast<int32_t>(args.a_row_sum[m + i] - args.k * zero_point);
          start =
              _mm256_sub_epi32(start, _mm256_mullo_epi32(b_zero_point, _mm256_set1_epi32(row_sum)));
        }
        _mm256_store_si256(reinterpret_cast<__m256i*>(acc + i * kColumns + v), start);
      }
    }
  }

  // Rows [m, m + rows), columns [n0, n1) with n1 - n0 <= kColumnBlock.
  static void RunTile(const GemmU8S8Args& args, int64_t m, int64_t rows, int64_t n0, int64_t n1) {
    static_assert(Tile::kRows <= kFormRows);
    alignas(64) uint8_t forms[kPairsKBlock / 4 * kFormBytes];
    alignas(64) Accumulators acc[kColumnBlock / kColumns];
    const int64_t column_bytes = Packed::ColumnBytes(args.k);
    const int8_t* packed = static_cast<const int8_t*>(args.b) + n0 / kPartColumns * column_bytes;
    // Calls fn(first column, part at `offset` of its columns, accumulators).
    const auto for_each_part = [&](int64_t offset, const auto& fn) {
      const int8_t* part = packed + offset;
      for (int64_t n = n0; n < n1; n += kColumns) {
        for (int64_t j = 0; j < kColumns; j += kPartColumns, part += column_bytes) {
          fn(n + j, part, acc[(n - n0) / kColumns] + j);
        }
      }
    };
    for_each_part(0, [&](int64_t n, const int8_t* part, int32_t* sums) {
      Start(args, m, rows, n, *reinterpret_cast<const Header*>(part), sums);
    });
    int64_t offset = 0;
    for (int64_t p = 0; p < args.k; p += kPairsKBlock) {
      const int64_t count = args.k - p < kPairsKBlock ? args.k - p : kPairsKBlock;
      WriteForms(args.a + m * args.lda + p, args.lda, rows, count, forms);
      for_each_part(offset, [&](int64_t, const int8_t* part, int32_t* sums) {
        MultiplyTable<Tile>::kFunctions[rows - 1](
            forms, reinterpret_cast<const uint16_t*>(part + Packed::kListOffset),
            part + Packed::QuadOffset(count), reinterpret_cast<const Header*>(part)->steps, sums);
      });
      offset += Packed::PartBytes(count);
    }
    for (int64_t n = n0; n < n1; n += kColumns) Store(args, m, rows, n, acc[(n - n0) / kColumns]);
  }

  static void Run(const GemmU8S8Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
    for (int64_t n = n0; n < n1; n += kColumnBlock) {
      const int64_t n_end = n1 - n < kColumnBlock ? n1 : n + kColumnBlock;
      ForEachTile(m1 - m0, Tile::kRows,
                  [&](int64_t r, int64_t rows) { RunTile(args, m0 + r, rows, n, n_end); });
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_X86_GEMM_PAIRS_INL_H_
