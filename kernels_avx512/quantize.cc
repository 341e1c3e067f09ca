// Quantization of activations and dequantization of accumulators.
#include <immintrin.h>

#include "kernels/generic/quantize-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {
namespace {

void StoreQuantized(uint8_t* q, int64_t n, Avx512::Vec x, float inverse, int32_t zero_point) {
  const __m512i rounded = _mm512_cvtps_epi32(_mm512_mul_ps(x, _mm512_set1_ps(inverse)));
  const __m512i shifted = _mm512_add_epi32(rounded, _mm512_set1_epi32(zero_point));
  // The conversion saturates at 255, as unsigned numbers.
  const __m128i bytes = _mm512_cvtusepi32_epi8(_mm512_max_epi32(shifted, _mm512_setzero_si512()));
  if (n >= kLanes) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(q), bytes);
  } else {
    _mm_mask_storeu_epi8(q, Avx512::FirstLanes(n), bytes);
  }
}

// Packing works within 128-bit quarters, so it puts four numbers of each vector side by side in a
// quarter of the result. The last permutation restores the order.
void StoreQuantized64(uint8_t* q, const float* x, float inverse, int32_t zero_point) {
  const __m512 factor = _mm512_set1_ps(inverse);
  const __m512i offset = _mm512_set1_epi16(static_cast<int16_t>(zero_point));
  const auto rounded = [&](int v) OCTET_INLINE {
    return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(x + v * kLanes), factor));
  };
  // All are below 2^10 in size, so the first packing is exact; the second saturates at 0 and 255.
  const __m512i low = _mm512_add_epi16(_mm512_packs_epi32(rounded(0), rounded(1)), offset);
  const __m512i high = _mm512_add_epi16(_mm512_packs_epi32(rounded(2), rounded(3)), offset);
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  _mm512_storeu_si512(q, _mm512_permutexvar_epi32(order, _mm512_packus_epi16(low, high)));
}

Avx512::Vec Centred(const int32_t* acc, int32_t zero_point, const int32_t* column_sum, int64_t n) {
  const __mmask16 lanes = Avx512::FirstLanes(n);
  const __m512i offset = _mm512_mullo_epi32(_mm512_set1_epi32(zero_point),
                                            _mm512_maskz_loadu_epi32(lanes, column_sum));
  return _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_maskz_loadu_epi32(lanes, acc), offset));
}

}  // namespace

void InstallQuantizeAvx512(KernelTable* table) {
  table->quantize_rows = Quantize<Avx512, StoreQuantized, StoreQuantized64>::Rows;
  table->dequantize = Dequantize<Avx512, Centred>;
}

}  // namespace octet::kernels
