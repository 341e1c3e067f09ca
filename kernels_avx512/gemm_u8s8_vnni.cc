// int8 GEMM on AVX-512 VNNI.
//
// One vpdpbusd adds four u8 x s8 products to each of 16 int32 lanes, exactly, 64 a cycle on current
// cores. A tile of 6 rows by 64 columns holds 24 accumulators; 4 vectors of b and 1 broadcast of a
// bring that to 29 of 32 registers, and a k step costs 10 loads and 1 or 4 prefetches for 24
// multiplications, which leaves the loads off the critical path. a needs no packing: a lane group
// is 4 consecutive bytes of its row. The epilogue turns the accumulators into floats without a trip
// through memory.
//
// Loop order: block of rows, panel, tile. A block of a (96 rows, at most 288 KB at k = 3072) and
// two panels of b (192 KB each) stay in a 1 MB L2 together, and a panel is read from further away
// only once a block, while the one before it is multiplied.
#include <immintrin.h>

#include "kernels/generic/epilogue-inl.h"
#include "kernels/generic/pack_u8s8-inl.h"
#include "kernels/generic/tile_rows-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {
namespace {

constexpr int kTileRows = 6;
constexpr int kVectors = 4;
constexpr int64_t kTileColumns = kVectors * kLanes;
constexpr int64_t kRowBlock = 96;
constexpr int64_t kCacheLine = 64;
using Packed = PackedU8S8<kTileColumns>;

// Four of a, as u8: flipping the sign bit of an s8 gives its value + 128.
template <bool kSigned>
__m512i Broadcast4(const uint8_t* a) {
  uint32_t word;
  __builtin_memcpy(&word, a, sizeof(word));
  return _mm512_set1_epi32(static_cast<int32_t>(kSigned ? word ^ 0x80808080 : word));
}

// acc[i][v] += sum over groups of a[i] * b, for kRows rows from `a` and the panel data at `b`. A
// signed a is taken as a + 128. Each group fetches kLines lines from `ahead` on, which moves on by
// `step` bytes.
// Must not spill: tests/check_gemm_loops looks at the machine code.
template <int kRows, bool kSigned, int kLines>
[[gnu::always_inline]] inline void Multiply(const uint8_t* a, int64_t lda, const int8_t* b,
                                            int64_t groups, const int8_t* ahead, int64_t step,
                                            __m512i (&acc)[kRows][kVectors]) {
  // Not unrolled: 34 vector instructions hide the loop's own, and unrolled, GCC 12 runs out of
  // registers for the row addresses.
  for (int64_t group = 0; group < groups; ++group) {
    const __m512i b0 = _mm512_load_si512(b);
    const __m512i b1 = _mm512_load_si512(b + 64);
    const __m512i b2 = _mm512_load_si512(b + 128);
    const __m512i b3 = _mm512_load_si512(b + 192);
#pragma GCC unroll 6
    for (int i = 0; i < kRows; ++i) {
      const __m512i row = Broadcast4<kSigned>(a + i * lda);
      acc[i][0] = _mm512_dpbusd_epi32(acc[i][0], row, b0);
      acc[i][1] = _mm512_dpbusd_epi32(acc[i][1], row, b1);
      acc[i][2] = _mm512_dpbusd_epi32(acc[i][2], row, b2);
      acc[i][3] = _mm512_dpbusd_epi32(acc[i][3], row, b3);
    }
#pragma GCC unroll 4
    for (int line = 0; line < kLines; ++line) {
      _mm_prefetch(reinterpret_cast<const char*>(ahead + line * kCacheLine), _MM_HINT_T1);
    }
    ahead += step;
    a += kGemmU8S8KGroup;
    b += kGemmU8S8KGroup * kTileColumns;
  }
}

// Starts fetching the lines that the tile's epilogue will read or write, so that they arrive during
// the multiplication: worth up to 7 % where the output exceeds the cache.
template <int kRows>
[[gnu::always_inline]] inline void PrefetchRows(const float* rows, int64_t stride) {
#pragma GCC unroll 6
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) __builtin_prefetch(rows + i * stride + v * kLanes, 1);
  }
}

alignas(64) constexpr float kNoBias[kTileColumns] = {};

// zero_point * column_sum for the columns of vector v of a panel.
__m512i Offset(__m512i zero_point, const int8_t* panel, int v) {
  return _mm512_mullo_epi32(zero_point, _mm512_load_si512(panel + v * int64_t{sizeof(__m512i)}));
}

// Scales, finishes and stores acc[rows][kVectors] in the general case: the panel may have fewer
// columns than a tile, a may be signed, and b may have zero points, with which
//   b_zero_point * (a_row_sum - k * a_zero_point)
// is subtracted modulo 2^32.
[[gnu::noinline]] void StoreGeneral(const GemmU8S8Args& args, int64_t m, int64_t rows, int64_t n0,
                                    const __m512i* acc) {
  const int64_t columns = args.n - n0;
  for (int64_t i = 0; i < rows; ++i) {
    const int32_t zero_point = args.a_zero_point[m + i];
    alignas(64) float values[kTileColumns];
    for (int v = 0; v < kVectors; ++v) {
      const int64_t n = n0 + v * kLanes;
      const __mmask16 mask = Avx512::FirstLanes(columns - v * kLanes);
      __m512i sum = acc[i * kVectors + v];
      if (args.b_zero_point != nullptr) {
        const auto row_sum = static_cast<int32_t>(args.a_row_sum[m + i] - args.k * zero_point);
        const __m512i b_zero_point = _mm512_maskz_loadu_epi32(mask, args.b_zero_point + n);
        sum = _mm512_sub_epi32(sum, _mm512_mullo_epi32(_mm512_set1_epi32(row_sum), b_zero_point));
      }
      const __m512 scale = _mm512_mul_ps(_mm512_set1_ps(args.a_scale[m + i]),
                                         _mm512_maskz_loadu_ps(mask, args.b_scale + n));
      const __m512 bias =
          args.bias == nullptr ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(mask, args.bias + n);
      _mm512_store_ps(values + v * kLanes, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), scale, bias));
    }
    FinishRow<Avx512>(args.epilogue, m + i, n0, columns < kTileColumns ? columns : kTileColumns,
                      values, args.c + (m + i) * args.ldc + n0);
  }
}

// Rows [m, m + kRows) of the panel whose first column is n0.
template <int kRows, bool kSigned, int kLines>
void Tile(const GemmU8S8Args& args, int64_t m, int64_t n0, const int8_t* panel, const int8_t* ahead,
          int64_t step) {
  const GemmEpilogue& epilogue = args.epilogue;
  PrefetchRows<kRows>(args.c + m * args.ldc + n0, args.ldc);
  if (epilogue.residual != nullptr) {
    PrefetchRows<kRows>(epilogue.residual + m * epilogue.ld_residual + n0, epilogue.ld_residual);
  }
  // The zero points of a are settled before the sums begin, modulo 2^32, which keeps the work after
  // the loop short.
  __m512i acc[kRows][kVectors];
#pragma GCC unroll 6
  for (int i = 0; i < kRows; ++i) {
    const __m512i start = _mm512_set1_epi32(-args.a_zero_point[m + i] - (kSigned ? 128 : 0));
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) acc[i][v] = Offset(start, panel, v);
  }
  Multiply<kRows, kSigned, kLines>(args.a + m * args.lda, args.lda, panel + Packed::kQuadOffset,
                                   Quads(args.k), ahead, step, acc);
  if (kSigned || args.b_zero_point != nullptr || args.n - n0 < kTileColumns) {
    // A copy: if the accumulators themselves had an address, they would not stay in registers.
    __m512i sums[kRows * kVectors];
#pragma GCC unroll 6
    for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sums[i * kVectors + v] = acc[i][v];
    }
    return StoreGeneral(args, m, kRows, n0, sums);
  }
  const float* bias = args.bias == nullptr ? kNoBias : args.bias + n0;
  WithActivation(epilogue.activation, [&]<Activation kActivation>() OCTET_INLINE {
#pragma GCC unroll 6
    for (int i = 0; i < kRows; ++i) {
      const __m512 a_scale = _mm512_set1_ps(args.a_scale[m + i]);
      Avx512::Vec y[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        const __m512 value = _mm512_cvtepi32_ps(acc[i][v]);
        const __m512 scale =
            _mm512_mul_ps(a_scale, _mm512_loadu_ps(args.b_scale + n0 + v * kLanes));
        y[v] = Activate<Avx512, kActivation>(
            _mm512_fmadd_ps(value, scale, _mm512_loadu_ps(bias + v * kLanes)));
      }
      FinishTileRow<Avx512>(epilogue, m + i, n0, y, args.c + (m + i) * args.ldc + n0);
    }
  });
}

using TileFn = void (*)(const GemmU8S8Args&, int64_t, int64_t, const int8_t*, const int8_t*,
                        int64_t);
// The tiles of 1 to kTileRows rows; those of 1 and 2 that fetch 4 lines do not occur.
template <bool kSigned, int kLines>
constexpr TileFn kTiles[kTileRows] = {Tile<1, kSigned, kLines>, Tile<2, kSigned, kLines>,
                                      Tile<3, kSigned, kLines>, Tile<4, kSigned, kLines>,
                                      Tile<5, kSigned, kLines>, Tile<6, kSigned, kLines>};

// How the tiles of one panel of b fetch the next one into the L2 cache: it may come from memory.
struct FetchAhead {
  int lines;         // at each k step, 1 or 4
  int64_t step;      // bytes from one k step to the next
  int64_t per_tile;  // bytes from where one tile begins to fetch to where the next one does

  static FetchAhead Plan(int64_t panel_bytes, int64_t tiles, int64_t groups) {
    const int64_t steps = tiles * groups;
    // One tile waits for memory anyway, and the hardware follows its stream best alone: fetching
    // made 1 to 4 rows 17 to 40 % slower. Asking for one line again and again costs nothing.
    if (tiles == 1 || groups == 0) return {1, 0, 0};
    // Spread over all k steps it slows none of them: 2 % faster than not at all at 128 rows.
    if (panel_bytes <= steps * kCacheLine) {
      const int64_t step = (panel_bytes + steps - 1) / steps;
      return {1, step, step * groups};
    }
    // The first tile fetches all but the last lines, as fast as it reads its own; what the others
    // ask for is there already. 4 to 15 % faster at 8 to 24 rows.
    return {4, 4 * kCacheLine, 0};
  }
};

void Run(const GemmU8S8Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
  const int64_t panel_bytes = Packed::PanelBytes(args.k);
  for (int64_t block = m0; block < m1; block += kRowBlock) {
    const int64_t block_end = m1 - block < kRowBlock ? m1 : block + kRowBlock;
    const int64_t block_tiles = (block_end - block + kTileRows - 1) / kTileRows;
    const auto fetch = FetchAhead::Plan(panel_bytes, block_tiles, Quads(args.k));
    const TileFn* tiles = args.a_signed ? (fetch.lines == 1 ? kTiles<true, 1> : kTiles<true, 4>)
                                        : (fetch.lines == 1 ? kTiles<false, 1> : kTiles<false, 4>);
    for (int64_t n = n0; n < n1; n += kTileColumns) {
      const int8_t* panel = static_cast<const int8_t*>(args.b) + n / kTileColumns * panel_bytes;
      const int8_t* ahead = panel + panel_bytes;
      ForEachTile(block_end - block, kTileRows, [&](int64_t r, int64_t rows) {
        tiles[rows - 1](args, block + r, n, panel, ahead, fetch.step);
        ahead += fetch.per_tile;
      });
    }
  }
}

constexpr GemmU8S8 kGemm = {
    "gemm_u8s8_6x64_avx512vnni", kTileRows, kTileColumns, Packed::Bytes, Packed::Pack<int8_t>,
    Packed::Pack<uint8_t>,       Run};

}  // namespace

void InstallGemmU8S8Avx512Vnni(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
