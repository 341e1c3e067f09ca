// int8 GEMM on AVX-512 without VNNI (kernels/generic/gemm_s16-inl.h).
//
// Both loops have tiles of 6 rows by 64 columns: 24 accumulators of 32 registers. Wide: 4 vectors
// of b, 1 broadcast of a and 1 product leave 2 free. Bytes: ones, 1 broadcast of a and 2 products
// leave 4; b is read where it is used.
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

  template <int kTileRows>
  OCTET_INLINE static void Load(const int32_t* acc, __m512i (&sum)[kTileRows][kVectors]) {
#pragma GCC unroll 6
    for (int i = 0; i < kTileRows; ++i) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        sum[i][v] = _mm512_load_si512(acc + i * kColumns + v * kLanes);
      }
    }
  }

  template <int kTileRows>
  OCTET_INLINE static void Store(const __m512i (&sum)[kTileRows][kVectors], int32_t* acc) {
#pragma GCC unroll 6
    for (int i = 0; i < kTileRows; ++i) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        _mm512_store_si512(acc + i * kColumns + v * kLanes, sum[i][v]);
      }
    }
  }

  // These must not spill inside their loops: tests/check_gemm_loops looks at the machine code.
  template <int kTileRows>
  static void MultiplyWide(const int16_t* a, const uint16_t* list, const int8_t* b, int64_t quads,
                           int32_t* acc) {
    __m512i sum[kTileRows][kVectors];
    Load(acc, sum);
#pragma GCC unroll 2
    for (int64_t pair = 0; pair < 2 * quads; ++pair) {
      const int16_t* at = a + list[pair / 2] * 4 + pair % 2 * 2;
      __m512i wide[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        wide[v] = _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(b) + v));
      }
#pragma GCC unroll 6
      for (int i = 0; i < kTileRows; ++i) {
        int32_t word;
        __builtin_memcpy(&word, at + i * kS16RowStride, sizeof(word));
        const __m512i row = _mm512_set1_epi32(word);
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; v += 2) {
          const __m512i product0 = _mm512_madd_epi16(row, wide[v]);
          const __m512i product1 = _mm512_madd_epi16(row, wide[v + 1]);
          sum[i][v] = _mm512_add_epi32(sum[i][v], product0);
          sum[i][v + 1] = _mm512_add_epi32(sum[i][v + 1], product1);
        }
      }
      b += 2 * kColumns;
    }
    Store(sum, acc);
  }

  template <int kTileRows, bool kSigned>
  static void MultiplyBytes(const uint8_t* a, int64_t lda, const uint16_t* list, const int8_t* b,
                            int64_t quads, int32_t* acc) {
    __m512i sum[kTileRows][kVectors];
    Load(acc, sum);
    const __m512i ones = _mm512_set1_epi16(1);
    // Flipping the sign bit of an s8 gives its value + 128 as u8.
    constexpr uint32_t kFlip = kSigned ? 0x80808080 : 0;
    for (int64_t quad = 0; quad < quads; ++quad) {
      const uint8_t* at = a + list[quad] * 4;
#pragma GCC unroll 6
      for (int i = 0; i < kTileRows; ++i) {
        uint32_t word;
        __builtin_memcpy(&word, at + i * lda, sizeof(word));
        const __m512i row = _mm512_set1_epi32(static_cast<int32_t>(word ^ kFlip));
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; v += 2) {
          const __m512i pairs0 = _mm512_maddubs_epi16(row, _mm512_load_si512(b + v * 64));
          const __m512i pairs1 = _mm512_maddubs_epi16(row, _mm512_load_si512(b + v * 64 + 64));
          sum[i][v] = _mm512_add_epi32(sum[i][v], _mm512_madd_epi16(pairs0, ones));
          sum[i][v + 1] = _mm512_add_epi32(sum[i][v + 1], _mm512_madd_epi16(pairs1, ones));
        }
      }
      b += 4 * kColumns;
    }
    Store(sum, acc);
  }
};

using Gemm = GemmS16<Tile>;

constexpr GemmU8S8 kGemm = {"gemm_u8s8_6x64_avx512",
                            Tile::kRows,
                            Tile::kColumns,
                            Gemm::Packed::Bytes,
                            Gemm::Packed::Pack<int8_t>,
                            Gemm::Packed::Pack<uint8_t>,
                            Gemm::Run};

}  // namespace

void InstallGemmU8S8Avx512(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
