// int8 GEMM on AVX-512 VNNI.
//
// One vpdpbusd adds four u8 x s8 products to each of 16 int32 lanes, exactly, 64 a cycle on current
// cores. A tile of 6 rows by 64 columns holds 24 accumulators; 4 vectors of b and 1 broadcast of a
// bring that to 29 of 32 registers, and a k step costs 10 loads for 24 multiplications, which
// leaves the loads off the critical path. a needs no packing: a lane group is 4 consecutive bytes
// of its row. The epilogue turns the accumulators into floats without a trip through memory.
//
// Loop order: block of rows, panel, tile. A block of a (96 rows, at most 288 KB at k = 3072) and
// one panel of b (192 KB) stay in a 1 MB L2 together, and a panel is read from further away only
// once a block.
#include <immintrin.h>

#include "kernels/generic/pack_u8s8-inl.h"
#include "kernels/generic/tile_rows-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {
namespace {

constexpr int kTileRows = 6;
constexpr int kVectors = 4;
constexpr int kLanes = 16;
constexpr int kTileColumns = kVectors * kLanes;
constexpr int64_t kRowBlock = 96;
constexpr int64_t kGroup = 4;
using Packed = PackedU8S8<kTileColumns, kGroup>;
static_assert(kGroup == kGemmU8S8KGroup);

// Four of a, as u8: flipping the sign bit of an s8 gives its value + 128.
template <bool kSigned>
__m512i Broadcast4(const uint8_t* a) {
  uint32_t word;
  __builtin_memcpy(&word, a, sizeof(word));
  return _mm512_set1_epi32(static_cast<int32_t>(kSigned ? word ^ 0x80808080 : word));
}

// acc[i][v] = sum over groups of a[i] * b, for kRows rows from `a` and the panel data at `b`. A
// signed a is taken as a + 128.
// Must not spill: tests/check_gemm_loops looks at the machine code.
template <int kRows, bool kSigned>
[[gnu::always_inline]] inline void Multiply(const uint8_t* a, int64_t lda, const int8_t* b,
                                            int64_t groups, __m512i (&acc)[kRows][kVectors]) {
#pragma GCC unroll 6
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) acc[i][v] = _mm512_setzero_si512();
  }
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
    a += kGroup;
    b += kGroup * kTileColumns;
  }
}

// Starts fetching the lines of c that the tile will write, so that they arrive during the
// multiplication: 1 to 2 % of the whole on layers whose output exceeds the cache. (The same for b
// only costs: the hardware follows its single stream.)
template <int kRows>
[[gnu::always_inline]] inline void PrefetchOutput(const float* c, int64_t ldc) {
#pragma GCC unroll 6
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) __builtin_prefetch(c + i * ldc + v * kLanes, 1);
  }
}

// What row i of the product is short of the sum over a * b, for columns of that sum and zero point:
//   a_zero_point * column_sum + b_zero_point * (a_row_sum - k * a_zero_point),
// the first a_zero_point that of a as the loop reads it. Modulo 2^32.
template <bool kSigned, bool kAffine>
__m512i Offset(const GemmU8S8Args& args, int64_t i, __m512i column_sum, __m512i b_zero_point) {
  const int32_t zero_point = args.a_zero_point[i];
  const __m512i offset =
      _mm512_mullo_epi32(_mm512_set1_epi32(zero_point + (kSigned ? 128 : 0)), column_sum);
  if constexpr (!kAffine) return offset;
  const auto row_sum = static_cast<int32_t>(args.a_row_sum[i] - args.k * zero_point);
  return _mm512_add_epi32(offset, _mm512_mullo_epi32(_mm512_set1_epi32(row_sum), b_zero_point));
}

// Rows [m, m + kRows) of the panel whose first column is n0.
template <int kRows, bool kSigned, bool kAffine>
void Tile(const GemmU8S8Args& args, int64_t m, int64_t n0, const int8_t* panel) {
  PrefetchOutput<kRows>(args.c + m * args.ldc + n0, args.ldc);
  __m512i acc[kRows][kVectors];
  Multiply<kRows, kSigned>(args.a + m * args.lda, args.lda, panel + Packed::kHeaderBytes,
                           Packed::PaddedK(args.k) / kGroup, acc);
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    const int64_t n = n0 + v * kLanes;
    const int64_t columns = args.n - n;
    if (columns <= 0) return;
    const auto mask = static_cast<__mmask16>(columns >= kLanes ? 0xffff : (1 << columns) - 1);
    const __m512i column_sum = _mm512_load_si512(panel + v * int64_t{sizeof(__m512i)});
    const __m512i b_zero_point =
        kAffine ? _mm512_maskz_loadu_epi32(mask, args.b_zero_point + n) : _mm512_setzero_si512();
    const __m512 b_scale = _mm512_maskz_loadu_ps(mask, args.b_scale + n);
    const __m512 bias =
        args.bias == nullptr ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(mask, args.bias + n);
#pragma GCC unroll 6
    for (int i = 0; i < kRows; ++i) {
      const __m512i offset = Offset<kSigned, kAffine>(args, m + i, column_sum, b_zero_point);
      const __m512 value = _mm512_cvtepi32_ps(_mm512_sub_epi32(acc[i][v], offset));
      const __m512 scale = _mm512_mul_ps(_mm512_set1_ps(args.a_scale[m + i]), b_scale);
      _mm512_mask_storeu_ps(args.c + (m + i) * args.ldc + n, mask,
                            _mm512_fmadd_ps(value, scale, bias));
    }
  }
}

// The tiles of 1 to kTileRows rows for one kind of operands.
using TileFn = void (*)(const GemmU8S8Args&, int64_t, int64_t, const int8_t*);
template <bool kSigned, bool kAffine>
constexpr TileFn kTiles[kTileRows] = {Tile<1, kSigned, kAffine>, Tile<2, kSigned, kAffine>,
                                      Tile<3, kSigned, kAffine>, Tile<4, kSigned, kAffine>,
                                      Tile<5, kSigned, kAffine>, Tile<6, kSigned, kAffine>};

const TileFn* FindTiles(const GemmU8S8Args& args) {
  if (args.b_zero_point == nullptr)
    return args.a_signed ? kTiles<true, false> : kTiles<false, false>;
  return args.a_signed ? kTiles<true, true> : kTiles<false, true>;
}

void Run(const GemmU8S8Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
  const TileFn* tiles = FindTiles(args);
  const int64_t panel_bytes = Packed::PanelBytes(args.k);
  for (int64_t block = m0; block < m1; block += kRowBlock) {
    const int64_t block_end = m1 - block < kRowBlock ? m1 : block + kRowBlock;
    for (int64_t n = n0; n < n1; n += kTileColumns) {
      const int8_t* panel = static_cast<const int8_t*>(args.b) + n / kTileColumns * panel_bytes;
      for (int64_t m = block; m < block_end;) {
        const int64_t rows = TileRows(block_end - m, kTileRows);
        tiles[rows - 1](args, m, n, panel);
        m += rows;
      }
    }
  }
}

constexpr GemmU8S8 kGemm = {
    "gemm_u8s8_6x64_avx512vnni", kTileRows, kTileColumns, Packed::Bytes, Packed::Pack<int8_t>,
    Packed::Pack<uint8_t>,       Run};

}  // namespace

void InstallGemmU8S8Avx512Vnni(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
