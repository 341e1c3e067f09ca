// int8 GEMM on AVX-512 without VNNI (kernels/x86/gemm_pairs-inl.h).
//
// Tiles have 8 rows by 16 columns: 8 accumulators, ones, the mask of the even bytes of a, 2 vectors
// of b, and broadcasts of a that become products.
#include <immintrin.h>

#include "kernels/x86/gemm_pairs-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {
namespace {

struct Tile {
  using Isa = Avx512;
  static constexpr int kRows = 8;
  static constexpr int kPartColumns = kLanes;

  // Four of a of row i.
  static __m512i Four(const uint8_t* forms, uint16_t entry, int i) {
    int32_t word;
    __builtin_memcpy(&word, forms + entry + i * 4, sizeof(word));
    return _mm512_set1_epi32(word);
  }

  // Must not spill inside its loops: tests/check_gemm_loops looks at the machine code.
  template <int kTileRows>
  static void Multiply(const uint8_t* forms, const uint16_t* list, const int8_t* b,
                       const int32_t* steps, int32_t* acc) {
    constexpr int64_t kQuadBytes = 4 * kPartColumns;
    const __m512i ones = _mm512_set1_epi16(1);
    const __m512i even_bytes = _mm512_set1_epi16(0xFF);
    __m512i sum[kTileRows];
#pragma GCC unroll 8
    for (int i = 0; i < kTileRows; ++i) sum[i] = _mm512_load_si512(acc + i * kPairsColumns);
    for (int32_t left = steps[kDouble]; left > 0; --left, list += 2, b += 2 * kQuadBytes) {
      const __m512i b0 = _mm512_load_si512(b);
      const __m512i b1 = _mm512_load_si512(b + kQuadBytes);
#pragma GCC unroll 8
      for (int i = 0; i < kTileRows; ++i) {
        const __m512i pairs0 = _mm512_maddubs_epi16(Four(forms, list[0], i), b0);
        const __m512i pairs1 = _mm512_maddubs_epi16(Four(forms, list[1], i), b1);
        sum[i] =
            _mm512_add_epi32(sum[i], _mm512_madd_epi16(_mm512_add_epi16(pairs0, pairs1), ones));
      }
    }
    for (int32_t left = steps[kSingle]; left > 0; --left, ++list, b += kQuadBytes) {
      const __m512i b0 = _mm512_load_si512(b);
#pragma GCC unroll 8
      for (int i = 0; i < kTileRows; ++i) {
        const __m512i pairs = _mm512_maddubs_epi16(Four(forms, *list, i), b0);
        sum[i] = _mm512_add_epi32(sum[i], _mm512_madd_epi16(pairs, ones));
      }
    }
    for (int32_t left = steps[kWide]; left > 0; --left, ++list, b += kQuadBytes) {
      const auto* halves = reinterpret_cast<const __m256i*>(b);
      const __m512i even = _mm512_cvtepi8_epi16(_mm256_load_si256(halves));
      const __m512i odd = _mm512_cvtepi8_epi16(_mm256_load_si256(halves + 1));
#pragma GCC unroll 8
      for (int i = 0; i < kTileRows; ++i) {
        const __m512i four = Four(forms, *list, i);
        const __m512i low = _mm512_madd_epi16(_mm512_and_si512(four, even_bytes), even);
        const __m512i high = _mm512_madd_epi16(_mm512_srli_epi16(four, 8), odd);
        sum[i] = _mm512_add_epi32(sum[i], _mm512_add_epi32(low, high));
      }
    }
#pragma GCC unroll 8
    for (int i = 0; i < kTileRows; ++i) _mm512_store_si512(acc + i * kPairsColumns, sum[i]);
  }
};

using Gemm = GemmPairs<Tile>;

constexpr GemmU8S8 kGemm = {"gemm_u8s8_8x16_avx512", Tile::kRows,        Gemm::kColumns, 64,
                            Gemm::Packed::Bytes,     Gemm::Packed::Pack, Gemm::Run};

}  // namespace

void InstallGemmU8S8Avx512(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
