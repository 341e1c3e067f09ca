// The vectors of 16 floats (kernels/generic/simd-inl.h) on x86: one register with AVX-512, two with
// AVX2. Which of the types Avx2 and Avx512 exist depends on the flags of the translation unit.
//
// This is a thin layer on xsimd 8.1, which supplies the registers, arithmetic, loads and stores.
// Fma, the reductions and everything with a rounding or a mask are intrinsics: xsimd's fma is not
// fused on AVX-512, and its reductions differ by instruction set.
//
// The xsimd architectures are types derived in this file, inside the anonymous namespace, so that
// xsimd's own templates cannot be linked into code for another CPU either.
#ifndef OCTET_KERNELS_X86_SIMD_INL_H_
#define OCTET_KERNELS_X86_SIMD_INL_H_

#include <immintrin.h>

#include <cstdint>
#include <xsimd/xsimd.hpp>

#include "kernels/generic/simd-inl.h"

namespace octet::kernels {
namespace {

struct Avx2Arch : xsimd::avx2 {};

}  // namespace
}  // namespace octet::kernels

namespace xsimd::types {
XSIMD_DECLARE_SIMD_REGISTER_ALIAS(octet::kernels::Avx2Arch, avx2);
}  // namespace xsimd::types

namespace octet::kernels {
namespace {

struct Avx2 {
  using Half = xsimd::batch<float, Avx2Arch>;

  struct Vec {
    Half low;   // lanes 0 to 7
    Half high;  // lanes 8 to 15

    friend Vec operator+(Vec a, Vec b) { return {a.low + b.low, a.high + b.high}; }
    friend Vec operator-(Vec a, Vec b) { return {a.low - b.low, a.high - b.high}; }
    friend Vec operator*(Vec a, Vec b) { return {a.low * b.low, a.high * b.high}; }
    friend Vec operator/(Vec a, Vec b) { return {a.low / b.low, a.high / b.high}; }
  };

  static Vec Set(float x) { return {Half(x), Half(x)}; }
  static Vec Load(const float* p) { return {Half::load_unaligned(p), Half::load_unaligned(p + 8)}; }
  // x, in registers: the compiler cannot load it again at its uses.
  static Vec Hold(Vec x) {
    asm("" : "+x"(x.low.data), "+x"(x.high.data));
    return x;
  }
  static void Store(float* p, Vec x) {
    x.low.store_unaligned(p);
    x.high.store_unaligned(p + 8);
  }
  // Sixteen integers, rounded to floats.
  static Vec LoadInt32(const int32_t* p) {
    const auto* halves = reinterpret_cast<const __m256i*>(p);
    return {_mm256_cvtepi32_ps(_mm256_loadu_si256(halves)),
            _mm256_cvtepi32_ps(_mm256_loadu_si256(halves + 1))};
  }
  // Fetches the cache line of p, which need not be readable, into the L2 cache.
  static void Prefetch(const float* p) {
    _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T1);
  }
  // A mask of the first n of eight lanes: of none of them if n < 0, of all if n >= 8.
  static __m256i FirstOfEight(int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int32_t>(n)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  // The first n lanes (0 <= n <= 16), and only them, from or to memory; the others load as `fill`.
  static Vec LoadPartial(const float* p, int64_t n, float fill) {
    const __m256i low = FirstOfEight(n);
    const __m256i high = FirstOfEight(n - 8);
    // The address of the high half is formed only if there is one.
    return {LoadMasked(p, low, fill), LoadMasked(n > 8 ? p + 8 : p, high, fill)};
  }
  static void StorePartial(float* p, int64_t n, Vec x) {
    _mm256_maskstore_ps(p, FirstOfEight(n), x.low);
    if (n > 8) _mm256_maskstore_ps(p + 8, FirstOfEight(n - 8), x.high);
  }

  // a * b + c with one rounding.
  static Vec Fma(Vec a, Vec b, Vec c) {
    return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
  }
  // The larger or smaller operand; the second if either is NaN or both are zero.
  static Vec Max(Vec a, Vec b) {
    return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)};
  }
  static Vec Min(Vec a, Vec b) {
    return {_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)};
  }
  // The larger bit pattern, taken as a signed or an unsigned integer.
  static Vec MaxSigned(Vec a, Vec b) {
    return {MaxSigned8(a.low, b.low), MaxSigned8(a.high, b.high)};
  }
  static Vec MaxUnsigned(Vec a, Vec b) {
    return {MaxUnsigned8(a.low, b.low), MaxUnsigned8(a.high, b.high)};
  }
  static Vec Abs(Vec x) {
    const __m256 sign = _mm256_set1_ps(-0.0f);
    return {_mm256_andnot_ps(sign, x.low), _mm256_andnot_ps(sign, x.high)};
  }
  // The sign of `sign` on a magnitude that is NaN or has the sign bit clear.
  static Vec CopySign(Vec magnitude, Vec sign) {
    const __m256 bit = _mm256_set1_ps(-0.0f);
    return {_mm256_or_ps(magnitude.low, _mm256_and_ps(bit, sign.low)),
            _mm256_or_ps(magnitude.high, _mm256_and_ps(bit, sign.high))};
  }
  // a < b ? then_value : else_value; a NaN is not less.
  static Vec IfLess(Vec a, Vec b, Vec then_value, Vec else_value) {
    return {
        _mm256_blendv_ps(else_value.low, then_value.low, _mm256_cmp_ps(a.low, b.low, _CMP_LT_OQ)),
        _mm256_blendv_ps(else_value.high, then_value.high,
                         _mm256_cmp_ps(a.high, b.high, _CMP_LT_OQ))};
  }
  // The nearest integer to a number that int32 holds; ties go to even.
  static int32_t Round(float x) { return _mm_cvtss_si32(_mm_set_ss(x)); }
  // x * 2^n, rounded once, for 1/2 <= x < 2 and integers -150 <= n <= 128. NaN if x is.
  static Vec MulPow2(Vec x, Vec n) { return {MulPow2(x.low, n.low), MulPow2(x.high, n.high)}; }
  // table[i] for every lane, i being the low four bits of the float's bit pattern; `table` has 16
  // entries and is 64-byte aligned.
  static Vec Lookup16(const float* table, Vec biased_index) {
    return {Lookup16(table, biased_index.low), Lookup16(table, biased_index.high)};
  }

  // The sum of the lanes: lane i + 8 is added to lane i, then i + 4, i + 2 and i + 1.
  static float ReduceAdd(Vec x) { return FoldAdd8(x.low + x.high); }
  static float ReduceMax(Vec x) { return FoldMax8(_mm256_max_ps(x.low, x.high)); }
  static float ReduceMaxSigned(Vec x) { return FoldMaxSigned8(MaxSigned8(x.low, x.high)); }
  static float ReduceMaxUnsigned(Vec x) { return FoldMaxUnsigned8(MaxUnsigned8(x.low, x.high)); }

  // Transposes 8 rows of 8 floats: to[j * ld_to + i] = from[i * ld_from + j].
  static void Transpose8x8(const float* from, int64_t ld_from, float* to, int64_t ld_to) {
    __m256 row[8];
    OCTET_UNROLL
    for (int i = 0; i < 8; ++i) row[i] = _mm256_loadu_ps(from + i * ld_from);
    // Pairs of rows, then groups of four within each 128-bit half, then the halves.
    __m256 pair[8];
    OCTET_UNROLL
    for (int i = 0; i < 8; i += 2) {
      pair[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
      pair[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
    }
    __m256 four[8];
    OCTET_UNROLL
    for (int i = 0; i < 8; i += 4) {
      four[i] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0x44);
      four[i + 1] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0xee);
      four[i + 2] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0x44);
      four[i + 3] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0xee);
    }
    OCTET_UNROLL
    for (int i = 0; i < 4; ++i) {
      _mm256_storeu_ps(to + i * ld_to, _mm256_permute2f128_ps(four[i], four[i + 4], 0x20));
      _mm256_storeu_ps(to + (i + 4) * ld_to, _mm256_permute2f128_ps(four[i], four[i + 4], 0x31));
    }
  }

  // Transposes 16 rows of 16 floats, likewise.
  static void Transpose16x16(const float* from, int64_t ld_from, float* to, int64_t ld_to) {
    for (int64_t i = 0; i < 16; i += 8) {
      for (int64_t j = 0; j < 16; j += 8) {
        Transpose8x8(from + i * ld_from + j, ld_from, to + j * ld_to + i, ld_to);
      }
    }
  }

  // The last steps of the reductions.
  static float FoldAdd8(__m256 x) {
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_movehdup_ps(sum)));
  }
  static float FoldMax8(__m256 x) {
    __m128 max = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    max = _mm_max_ps(max, _mm_movehl_ps(max, max));
    return _mm_cvtss_f32(_mm_max_ss(max, _mm_movehdup_ps(max)));
  }
  static float FoldMaxSigned8(__m256 x) {
    __m128 max = MaxSigned4(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    max = MaxSigned4(max, _mm_movehl_ps(max, max));
    return _mm_cvtss_f32(MaxSigned4(max, _mm_movehdup_ps(max)));
  }
  // Flipping the highest bit turns one order into the other.
  static float FoldMaxUnsigned8(__m256 x) {
    return -FoldMaxSigned8(_mm256_xor_ps(x, _mm256_set1_ps(-0.0f)));
  }

 private:
  static __m128 MaxSigned4(__m128 a, __m128 b) {
    return _mm_castsi128_ps(_mm_max_epi32(_mm_castps_si128(a), _mm_castps_si128(b)));
  }
  static Half MaxSigned8(__m256 a, __m256 b) {
    return _mm256_castsi256_ps(_mm256_max_epi32(_mm256_castps_si256(a), _mm256_castps_si256(b)));
  }
  static Half MaxUnsigned8(__m256 a, __m256 b) {
    return _mm256_castsi256_ps(_mm256_max_epu32(_mm256_castps_si256(a), _mm256_castps_si256(b)));
  }
  static Half LoadMasked(const float* p, __m256i mask, float fill) {
    return _mm256_blendv_ps(_mm256_set1_ps(fill), _mm256_maskload_ps(p, mask),
                            _mm256_castsi256_ps(mask));
  }
  // In two steps, each a power of two that is a normal float; the first product is exact.
  static Half MulPow2(Half x, Half n) {
    const __m256i exponent = _mm256_cvtps_epi32(n);
    const __m256i first = _mm256_srai_epi32(exponent, 1);
    const __m256i second = _mm256_sub_epi32(exponent, first);
    return x * Pow2(first) * Pow2(second);
  }
  static Half Pow2(__m256i exponent) {
    const __m256i biased = _mm256_add_epi32(exponent, _mm256_set1_epi32(127));
    return _mm256_castsi256_ps(_mm256_slli_epi32(biased, 23));
  }
  static Half Lookup16(const float* table, Half biased_index) {
    const __m256i index = _mm256_castps_si256(biased_index);  // vpermps looks at bits 0 to 2
    const __m256 low = _mm256_permutevar8x32_ps(_mm256_load_ps(table), index);
    const __m256 high = _mm256_permutevar8x32_ps(_mm256_load_ps(table + 8), index);
    // vblendvps looks at the sign.
    return _mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32(index, 28)));
  }
};

}  // namespace
}  // namespace octet::kernels

#if defined(__AVX512BW__)

namespace octet::kernels {
namespace {

struct Avx512Arch : xsimd::avx512bw {};

}  // namespace
}  // namespace octet::kernels

namespace xsimd::types {
template <class T>
struct get_bool_simd_register<T, octet::kernels::Avx512Arch> {
  using type = simd_avx512_bool_register<T>;
};
XSIMD_DECLARE_SIMD_REGISTER_ALIAS(octet::kernels::Avx512Arch, avx512bw);
}  // namespace xsimd::types

namespace octet::kernels {
namespace {

// As Avx2, function by function.
struct Avx512 {
  using Vec = xsimd::batch<float, Avx512Arch>;

  static Vec Set(float x) { return Vec(x); }
  static Vec Load(const float* p) { return Vec::load_unaligned(p); }
  static Vec Hold(Vec x) {
    asm("" : "+v"(x.data));
    return x;
  }
  static void Store(float* p, Vec x) { x.store_unaligned(p); }
  static Vec LoadInt32(const int32_t* p) { return _mm512_cvtepi32_ps(_mm512_loadu_si512(p)); }
  static void Prefetch(const float* p) { Avx2::Prefetch(p); }
  // A mask of the first n lanes: of none of them if n < 0, of all if n >= 16.
  static __mmask16 FirstLanes(int64_t n) {
    return static_cast<__mmask16>(n >= kLanes ? 0xffff : n > 0 ? (1 << n) - 1 : 0);
  }
  static Vec LoadPartial(const float* p, int64_t n, float fill) {
    return _mm512_mask_loadu_ps(_mm512_set1_ps(fill), FirstLanes(n), p);
  }
  static void StorePartial(float* p, int64_t n, Vec x) {
    _mm512_mask_storeu_ps(p, FirstLanes(n), x);
  }

  static Vec Fma(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }
  static Vec Max(Vec a, Vec b) { return _mm512_max_ps(a, b); }
  static Vec Min(Vec a, Vec b) { return _mm512_min_ps(a, b); }
  static Vec MaxSigned(Vec a, Vec b) {
    return _mm512_castsi512_ps(_mm512_max_epi32(_mm512_castps_si512(a), _mm512_castps_si512(b)));
  }
  static Vec MaxUnsigned(Vec a, Vec b) {
    return _mm512_castsi512_ps(_mm512_max_epu32(_mm512_castps_si512(a), _mm512_castps_si512(b)));
  }
  static Vec Abs(Vec x) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), x); }
  static Vec CopySign(Vec magnitude, Vec sign) {
    return _mm512_or_ps(magnitude, _mm512_and_ps(_mm512_set1_ps(-0.0f), sign));
  }
  static Vec IfLess(Vec a, Vec b, Vec then_value, Vec else_value) {
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), else_value, then_value);
  }
  static int32_t Round(float x) { return Avx2::Round(x); }
  static Vec MulPow2(Vec x, Vec n) { return _mm512_scalef_ps(x, n); }
  static Vec Lookup16(const float* table, Vec biased_index) {
    return _mm512_permutexvar_ps(_mm512_castps_si512(biased_index), _mm512_load_ps(table));
  }

  static float ReduceAdd(Vec x) { return Avx2::ReduceAdd(Halves(x)); }
  static float ReduceMax(Vec x) { return Avx2::ReduceMax(Halves(x)); }
  static float ReduceMaxSigned(Vec x) { return Avx2::ReduceMaxSigned(Halves(x)); }
  static float ReduceMaxUnsigned(Vec x) { return Avx2::ReduceMaxUnsigned(Halves(x)); }

  // Eight columns at a time: register i of a group of four holds the halves of two rows, four
  // apart, which leaves a transposition of 4 x 4 in each quarter and an exchange of quarters.
  static void Transpose16x16(const float* from, int64_t ld_from, float* to, int64_t ld_to) {
    OCTET_UNROLL
    for (int column = 0; column < 16; column += 8) {
      __m512 quarters[2][4];  // [rows 0 to 7 or 8 to 15][column modulo 4]
      OCTET_UNROLL
      for (int half = 0; half < 2; ++half) {
        __m512 row[4];
        OCTET_UNROLL
        for (int i = 0; i < 4; ++i) {
          const float* at = from + (8 * half + i) * ld_from + column;
          row[i] = _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(at)),
                                      _mm256_loadu_ps(at + 4 * ld_from), 1);
        }
        const __m512d low01 = _mm512_castps_pd(_mm512_unpacklo_ps(row[0], row[1]));
        const __m512d high01 = _mm512_castps_pd(_mm512_unpackhi_ps(row[0], row[1]));
        const __m512d low23 = _mm512_castps_pd(_mm512_unpacklo_ps(row[2], row[3]));
        const __m512d high23 = _mm512_castps_pd(_mm512_unpackhi_ps(row[2], row[3]));
        quarters[half][0] = _mm512_castpd_ps(_mm512_unpacklo_pd(low01, low23));
        quarters[half][1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low01, low23));
        quarters[half][2] = _mm512_castpd_ps(_mm512_unpacklo_pd(high01, high23));
        quarters[half][3] = _mm512_castpd_ps(_mm512_unpackhi_pd(high01, high23));
      }
      OCTET_UNROLL
      for (int i = 0; i < 4; ++i) {
        float* out = to + (column + i) * ld_to;
        const __m512 low = quarters[0][i];
        const __m512 high = quarters[1][i];
        _mm512_storeu_ps(out, _mm512_shuffle_f32x4(low, high, 0x88));
        _mm512_storeu_ps(out + 4 * ld_to, _mm512_shuffle_f32x4(low, high, 0xdd));
      }
    }
  }

 private:
  static Avx2::Vec Halves(Vec x) {
    return {_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1)};
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // defined(__AVX512BW__)

#endif  // OCTET_KERNELS_X86_SIMD_INL_H_
