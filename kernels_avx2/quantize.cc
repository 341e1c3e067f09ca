// Quantization of activations and dequantization of accumulators, 8 lanes at a time.
#include <immintrin.h>

#include "kernels/generic/quantize-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {
namespace {

struct Ops {
  static constexpr int64_t kLanes = 8;
  using Vec = __m256;
  using Int = __m256i;

  // All bits of the first n lanes.
  static __m256i Mask(int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n < kLanes ? n : kLanes)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }

  static Vec Zero() { return _mm256_setzero_ps(); }
  static Int ZeroInt() { return _mm256_setzero_si256(); }
  static Vec Load(const float* p) { return _mm256_loadu_ps(p); }
  static Vec LoadPartial(const float* p, int64_t n) { return _mm256_maskload_ps(p, Mask(n)); }
  static Vec Min(Vec a, Vec b) { return _mm256_min_ps(a, b); }
  static Vec Max(Vec a, Vec b) { return _mm256_max_ps(a, b); }
  static Int MaxInt(Int a, Int b) { return _mm256_max_epu32(a, b); }
  static Int MaxMagnitude(Int a, Vec x) {
    return MaxInt(a, _mm256_and_si256(_mm256_castps_si256(x), _mm256_set1_epi32(0x7fffffff)));
  }
  static float ReduceMin(Vec a) {
    __m128 v = _mm_min_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    v = _mm_min_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_min_ss(v, _mm_movehdup_ps(v)));
  }
  static float ReduceMax(Vec a) {
    __m128 v = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    v = _mm_max_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_max_ss(v, _mm_movehdup_ps(v)));
  }
  static uint32_t ReduceMaxInt(Int a) {
    __m128i v = _mm_max_epu32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    v = _mm_max_epu32(v, _mm_unpackhi_epi64(v, v));
    return static_cast<uint32_t>(_mm_cvtsi128_si32(_mm_max_epu32(v, _mm_srli_epi64(v, 32))));
  }

  static void StoreQuantized(uint8_t* q, int64_t n, Vec x, float inverse, int32_t zero_point) {
    const __m256i rounded = _mm256_cvtps_epi32(_mm256_mul_ps(x, _mm256_set1_ps(inverse)));
    const __m256i shifted = _mm256_add_epi32(rounded, _mm256_set1_epi32(zero_point));
    // |shifted| < 2^10, so the first packing is exact; the second saturates at 0 and 255.
    const __m128i words =
        _mm_packs_epi32(_mm256_castsi256_si128(shifted), _mm256_extracti128_si256(shifted, 1));
    const int64_t bytes = _mm_cvtsi128_si64(_mm_packus_epi16(words, words));
    if (n >= kLanes) {
      __builtin_memcpy(q, &bytes, sizeof(bytes));
    } else {
      __builtin_memcpy(q, &bytes, static_cast<size_t>(n));
    }
  }
};

// c[j] for the first n lanes; `mask` is Ops::Mask(n).
void DequantizeLanes(const DequantizeArgs& args, int64_t i, int64_t j, __m256i mask, int64_t n) {
  const __m256i column_sum = _mm256_maskload_epi32(args.column_sum + j, mask);
  const __m256i offset = _mm256_mullo_epi32(_mm256_set1_epi32(args.a_zero_point[i]), column_sum);
  const __m256i centred =
      _mm256_sub_epi32(_mm256_maskload_epi32(args.acc + i * args.ld_acc + j, mask), offset);
  const __m256 scale =
      _mm256_mul_ps(_mm256_set1_ps(args.a_scale[i]), _mm256_maskload_ps(args.b_scale + j, mask));
  const __m256 bias = args.bias == nullptr ? Ops::Zero() : _mm256_maskload_ps(args.bias + j, mask);
  const __m256 result = _mm256_fmadd_ps(_mm256_cvtepi32_ps(centred), scale, bias);
  float* c = args.c + i * args.ldc + j;
  // A masked store is slow on some CPUs.
  if (n >= Ops::kLanes) {
    _mm256_storeu_ps(c, result);
  } else {
    _mm256_maskstore_ps(c, mask, result);
  }
}

void Dequantize(const DequantizeArgs& args) {
  for (int64_t i = 0; i < args.m; ++i) {
    for (int64_t j = 0; j < args.n; j += Ops::kLanes) {
      DequantizeLanes(args, i, j, Ops::Mask(args.n - j), args.n - j);
    }
  }
}

}  // namespace

void InstallQuantizeAvx2(KernelTable* table) {
  table->quantize_rows = Quantize<Ops>::Rows;
  table->dequantize = Dequantize;
}

}  // namespace octet::kernels
