// Quantization of activations and dequantization of accumulators, 16 lanes at a time.
#include <immintrin.h>

#include "kernels/generic/quantize-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {
namespace {

struct Ops {
  static constexpr int64_t kLanes = 16;
  using Vec = __m512;
  using Int = __m512i;

  // The first n lanes.
  static __mmask16 Mask(int64_t n) {
    return static_cast<__mmask16>(n >= kLanes ? 0xffff : (1 << n) - 1);
  }

  static Vec Zero() { return _mm512_setzero_ps(); }
  static Int ZeroInt() { return _mm512_setzero_si512(); }
  static Vec Load(const float* p) { return _mm512_loadu_ps(p); }
  static Vec LoadPartial(const float* p, int64_t n) { return _mm512_maskz_loadu_ps(Mask(n), p); }
  static Vec Min(Vec a, Vec b) { return _mm512_min_ps(a, b); }
  static Vec Max(Vec a, Vec b) { return _mm512_max_ps(a, b); }
  static Int MaxInt(Int a, Int b) { return _mm512_max_epu32(a, b); }
  static Int MaxMagnitude(Int a, Vec x) {
    return MaxInt(a, _mm512_and_si512(_mm512_castps_si512(x), _mm512_set1_epi32(0x7fffffff)));
  }
  static float ReduceMin(Vec a) { return _mm512_reduce_min_ps(a); }
  static float ReduceMax(Vec a) { return _mm512_reduce_max_ps(a); }
  static uint32_t ReduceMaxInt(Int a) { return _mm512_reduce_max_epu32(a); }

  static void StoreQuantized(uint8_t* q, int64_t n, Vec x, float inverse, int32_t zero_point) {
    const __m512i rounded = _mm512_cvtps_epi32(_mm512_mul_ps(x, _mm512_set1_ps(inverse)));
    const __m512i shifted = _mm512_add_epi32(rounded, _mm512_set1_epi32(zero_point));
    // The conversion saturates at 255, as unsigned numbers.
    const __m128i bytes = _mm512_cvtusepi32_epi8(_mm512_max_epi32(shifted, _mm512_setzero_si512()));
    _mm_mask_storeu_epi8(q, Mask(n), bytes);
  }
};

void Dequantize(const DequantizeArgs& args) {
  for (int64_t i = 0; i < args.m; ++i) {
    const __m512i zero_point = _mm512_set1_epi32(args.a_zero_point[i]);
    const __m512 a_scale = _mm512_set1_ps(args.a_scale[i]);
    const int32_t* acc = args.acc + i * args.ld_acc;
    float* c = args.c + i * args.ldc;
    for (int64_t j = 0; j < args.n; j += Ops::kLanes) {
      const __mmask16 mask = Ops::Mask(args.n - j);
      const __m512i column_sum = _mm512_maskz_loadu_epi32(mask, args.column_sum + j);
      const __m512i centred = _mm512_sub_epi32(_mm512_maskz_loadu_epi32(mask, acc + j),
                                               _mm512_mullo_epi32(zero_point, column_sum));
      const __m512 scale = _mm512_mul_ps(a_scale, _mm512_maskz_loadu_ps(mask, args.b_scale + j));
      const __m512 bias =
          args.bias == nullptr ? Ops::Zero() : _mm512_maskz_loadu_ps(mask, args.bias + j);
      _mm512_mask_storeu_ps(c + j, mask, _mm512_fmadd_ps(_mm512_cvtepi32_ps(centred), scale, bias));
    }
  }
}

}  // namespace

void InstallQuantizeAvx512(KernelTable* table) {
  table->quantize_rows = Quantize<Ops>::Rows;
  table->dequantize = Dequantize;
}

}  // namespace octet::kernels
