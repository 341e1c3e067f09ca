// The peaks of an instruction set's multiply-adds on registers. Written in assembly so that no
// compiler can shorten them. Defined before: OCTET_REGISTER, the name of its vector registers
// ("ymm" or "zmm").
#ifndef OCTET_KERNELS_X86_PEAK_INL_H_
#define OCTET_KERNELS_X86_PEAK_INL_H_

#include <cstdint>

#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

inline constexpr int64_t kRegisterBytes = OCTET_REGISTER[0] == 'y' ? 32 : 64;

#define OCTET_LINE(op, a, b, c) \
  op " %%" OCTET_REGISTER #a ", %%" OCTET_REGISTER #b ", %%" OCTET_REGISTER #c "\n\t"
// Two chains side by side: the order that Zen 4 runs fastest.
#define OCTET_MADD(i, j)               \
  OCTET_LINE("vpmaddubsw", 12, 13, 14) \
  OCTET_LINE("vpmaddubsw", 12, 13, 15) \
  OCTET_LINE("vpmaddwd", 12, 14, 14)   \
  OCTET_LINE("vpmaddwd", 12, 15, 15)   \
  OCTET_LINE("vpaddd", 14, i, i)       \
  OCTET_LINE("vpaddd", 15, j, j)
#define OCTET_FMA(i, j)                \
  OCTET_LINE("vfmadd231ps", 12, 13, i) \
  OCTET_LINE("vfmadd231ps", 12, 13, j)
#define OCTET_TEN(pair) pair(0, 1) pair(2, 3) pair(4, 5) pair(6, 7) pair(8, 9)
#define OCTET_CLOBBERS                                                                     \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
      "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

// vpmaddubsw (a multiply-add of each byte, summed in pairs), vpmaddwd (which sums those) and
// vpaddd.
double PeakU8S8(int64_t iterations) {
  for (int64_t i = 0; i < iterations; ++i) {
    __asm__ volatile(OCTET_TEN(OCTET_MADD)::: OCTET_CLOBBERS);
  }
  return static_cast<double>(10 * kRegisterBytes * iterations);
}

// vfmadd231ps: 10 chains cover a latency of 4 or 5 cycles at 2 a cycle.
double PeakF32(int64_t iterations) {
  for (int64_t i = 0; i < iterations; ++i) {
    __asm__ volatile(OCTET_TEN(OCTET_FMA)::: OCTET_CLOBBERS);
  }
  return static_cast<double>(10 * kRegisterBytes / 4 * iterations);
}

#undef OCTET_CLOBBERS
#undef OCTET_TEN
#undef OCTET_FMA
#undef OCTET_MADD
#undef OCTET_LINE

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_X86_PEAK_INL_H_
