// The peaks of the AVX-512 multiply-adds on registers. Written in assembly so that no compiler can
// shorten them.
#include "kernels_avx512/parts.h"

namespace octet::kernels {
namespace {

// Two chains side by side: the order that Zen 4 runs fastest.
#define OCTET_MADD(i, j)                     \
  "vpmaddubsw %%zmm12, %%zmm13, %%zmm14\n\t" \
  "vpmaddubsw %%zmm12, %%zmm13, %%zmm15\n\t" \
  "vpmaddwd %%zmm12, %%zmm14, %%zmm14\n\t"   \
  "vpmaddwd %%zmm12, %%zmm15, %%zmm15\n\t"   \
  "vpaddd %%zmm14, %%zmm" #i ", %%zmm" #i    \
  "\n\t"                                     \
  "vpaddd %%zmm15, %%zmm" #j ", %%zmm" #j "\n\t"
#define OCTET_FMA(i, j)                    \
  "vfmadd231ps %%zmm12, %%zmm13, %%zmm" #i \
  "\n\t"                                   \
  "vfmadd231ps %%zmm12, %%zmm13, %%zmm" #j "\n\t"
#define OCTET_TEN(pair) pair(0, 1) pair(2, 3) pair(4, 5) pair(6, 7) pair(8, 9)
#define OCTET_CLOBBERS                                                                     \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
      "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

// vpmaddubsw (64 multiply-adds, summed in pairs), vpmaddwd (which sums those) and vpaddd.
double PeakU8S8(int64_t iterations) {
  for (int64_t i = 0; i < iterations; ++i) {
    __asm__ volatile(OCTET_TEN(OCTET_MADD)::: OCTET_CLOBBERS);
  }
  return 10.0 * 64.0 * static_cast<double>(iterations);
}

// vfmadd231ps (16 multiply-adds): 10 chains cover a latency of 4 or 5 cycles at 2 a cycle.
double PeakF32(int64_t iterations) {
  for (int64_t i = 0; i < iterations; ++i) {
    __asm__ volatile(OCTET_TEN(OCTET_FMA)::: OCTET_CLOBBERS);
  }
  return 10.0 * 16.0 * static_cast<double>(iterations);
}

}  // namespace

void InstallPeakAvx512(KernelTable* table) {
  table->peak_u8s8 = PeakU8S8;
  table->peak_f32 = PeakF32;
}

}  // namespace octet::kernels
