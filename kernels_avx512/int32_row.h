// What RowOfSums (kernels/x86/row_of_sums-inl.h) needs of AVX-512, for rows of kCount registers.
#ifndef OCTET_KERNELS_AVX512_INT32_ROW_H_
#define OCTET_KERNELS_AVX512_INT32_ROW_H_

#include <immintrin.h>

#include <cstdint>

#include "kernels/x86/simd-inl.h"

namespace octet::kernels {
namespace {

template <int kCount>
struct Int32Row {
  using S = Avx512;
  using Reg = __m512i;
  static constexpr int64_t kRegLanes = 16;
  static constexpr int kRegs = kCount;

  static Reg Set(int32_t x) { return _mm512_set1_epi32(x); }
  static Reg Multiply(Reg a, Reg b) { return _mm512_mullo_epi32(a, b); }
  static Reg Subtract(Reg a, Reg b) { return _mm512_sub_epi32(a, b); }
  static Reg LoadFirst(const int32_t* p, int64_t n) {
    return _mm512_maskz_loadu_epi32(Avx512::FirstLanes(n), p);
  }
  static Avx512::Vec Floats(const Reg (&sums)[kRegs], int v) { return _mm512_cvtepi32_ps(sums[v]); }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_AVX512_INT32_ROW_H_
