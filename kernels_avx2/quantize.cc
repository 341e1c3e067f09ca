// Quantization of activations and dequantization of accumulators.
#include <immintrin.h>

#include "kernels/generic/quantize-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {
namespace {

void StoreQuantized(uint8_t* q, int64_t n, Avx2::Vec x, float inverse, int32_t zero_point) {
  const __m256 factor = _mm256_set1_ps(inverse);
  const __m256i offset = _mm256_set1_epi32(zero_point);
  const __m256i low = _mm256_add_epi32(_mm256_cvtps_epi32(_mm256_mul_ps(x.low, factor)), offset);
  const __m256i high = _mm256_add_epi32(_mm256_cvtps_epi32(_mm256_mul_ps(x.high, factor)), offset);
  // All are below 2^10 in size, so the first packing is exact; the second saturates at 0 and 255.
  // Packing works within 128-bit halves: the quarters come out as 0, 2, 1, 3.
  const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
  const __m128i bytes =
      _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
  if (n >= kLanes) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(q), bytes);
  } else {
    __builtin_memcpy(q, &bytes, static_cast<size_t>(n));
  }
}

// The same for 64 numbers, 32 at a time. Packing keeps four numbers in a row together.
void StoreQuantized64(uint8_t* q, const float* x, float inverse, int32_t zero_point) {
  const __m256 factor = _mm256_set1_ps(inverse);
  const __m256i offset = _mm256_set1_epi16(static_cast<int16_t>(zero_point));
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  for (int64_t j = 0; j < 64; j += 32) {
    const auto rounded = [&](int64_t v) OCTET_INLINE {
      return _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + j + v * 8), factor));
    };
    const __m256i low = _mm256_add_epi16(_mm256_packs_epi32(rounded(0), rounded(1)), offset);
    const __m256i high = _mm256_add_epi16(_mm256_packs_epi32(rounded(2), rounded(3)), offset);
    const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(low, high), order);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(q + j), bytes);
  }
}

Avx2::Vec Centred(const int32_t* acc, int32_t zero_point, const int32_t* column_sum, int64_t n) {
  alignas(32) int32_t centred[kLanes] = {};
  for (int64_t i = 0; i < n; ++i) centred[i] = acc[i] - zero_point * column_sum[i];
  return Avx2::LoadInt32(centred);
}

}  // namespace

void InstallQuantizeAvx2(KernelTable* table) {
  table->quantize_rows = Quantize<Avx2, StoreQuantized, StoreQuantized64>::Rows;
  table->dequantize = Dequantize<Avx2, Centred>;
}

}  // namespace octet::kernels
