// int8 GEMM on AVX-512 without VNNI: exact 16-bit products (kernels/generic/gemm_s16-inl.h).
//
// A tile of 6 rows by 64 columns: 24 accumulators, 4 vectors of b, 1 broadcast of a and 1 product
// leave 2 of 32 registers free.
#include <immintrin.h>

#include "kernels/generic/gemm_s16-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {
namespace {

constexpr int kVectors = 4;

struct Tile {
  using Isa = Avx512;
  static constexpr int kRows = 6;
  static constexpr int kColumns = kVectors * kLanes;

  // Must not spill inside its loop: tests/check_gemm_loops looks at the machine code.
  template <int kTileRows>
  static void Multiply(const int16_t* a, const int8_t* b, int64_t quads, int32_t* acc) {
    __m512i sum[kTileRows][kVectors];
#pragma GCC unroll 6
    for (int i = 0; i < kTileRows; ++i) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        sum[i][v] = _mm512_load_si512(acc + i * kColumns + v * kLanes);
      }
    }
#pragma GCC unroll 2
    for (int64_t pair = 0; pair < 2 * quads; ++pair) {
      __m512i wide[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        wide[v] = _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(b) + v));
      }
#pragma GCC unroll 6
      for (int i = 0; i < kTileRows; ++i) {
        int32_t word;
        __builtin_memcpy(&word, a + i * kS16RowStride, sizeof(word));
        const __m512i row = _mm512_set1_epi32(word);
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; v += 2) {
          const __m512i product0 = _mm512_madd_epi16(row, wide[v]);
          const __m512i product1 = _mm512_madd_epi16(row, wide[v + 1]);
          sum[i][v] = _mm512_add_epi32(sum[i][v], product0);
          sum[i][v + 1] = _mm512_add_epi32(sum[i][v + 1], product1);
        }
      }
      a += 2;
      b += 2 * kColumns;
    }
#pragma GCC unroll 6
    for (int i = 0; i < kTileRows; ++i) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        _mm512_store_si512(acc + i * kColumns + v * kLanes, sum[i][v]);
      }
    }
  }

  static constexpr MultiplyS16Fn kMultiply[kRows] = {Multiply<1>, Multiply<2>, Multiply<3>,
                                                     Multiply<4>, Multiply<5>, Multiply<6>};
};

using Gemm = GemmS16<Tile>;

constexpr GemmU8S8 kGemm = {"gemm_u8s8_6x64_avx512", Tile::kRows,        Tile::kColumns,
                            Gemm::Packed::Bytes,     Gemm::Packed::Pack, Gemm::Run};

}  // namespace

void InstallGemmU8S8Avx512(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
