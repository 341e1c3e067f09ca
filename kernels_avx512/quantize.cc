// Quantization of activations and dequantization of accumulators.
#include <immintrin.h>

#include "kernels/generic/quantize-inl.h"
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

Avx512::Vec Centred(const int32_t* acc, int32_t zero_point, const int32_t* column_sum, int64_t n) {
  const __mmask16 lanes = Avx512::FirstLanes(n);
  const __m512i offset = _mm512_mullo_epi32(_mm512_set1_epi32(zero_point),
                                            _mm512_maskz_loadu_epi32(lanes, column_sum));
  return _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_maskz_loadu_epi32(lanes, acc), offset));
}

}  // namespace

void InstallQuantizeAvx512(KernelTable* table) {
  table->quantize_rows = Quantize<Avx512, StoreQuantized>::Rows;
  table->dequantize = Dequantize<Avx512, Centred>;
}

}  // namespace octet::kernels
