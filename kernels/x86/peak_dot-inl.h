// The peak of vpdpbusd on registers. Written in assembly so that no compiler can shorten it.
// Defined before: OCTET_DOT, the instruction with its encoding, and OCTET_REGISTER, the name of its
// vector registers ("ymm" or "zmm").
#ifndef OCTET_KERNELS_X86_PEAK_DOT_INL_H_
#define OCTET_KERNELS_X86_PEAK_DOT_INL_H_

#include <cstdint>

namespace octet::kernels {
namespace {

#define OCTET_LINE(i) \
  OCTET_DOT " %%" OCTET_REGISTER "14, %%" OCTET_REGISTER "15, %%" OCTET_REGISTER #i "\n\t"

// 14 independent chains cover a latency of 4 cycles at up to 3 instructions a cycle.
double PeakU8S8(int64_t iterations) {
  constexpr int64_t kMacs = 14 * (OCTET_REGISTER[0] == 'y' ? 32 : 64);
  for (int64_t i = 0; i < iterations; ++i) {
    __asm__ volatile(OCTET_LINE(0) OCTET_LINE(1) OCTET_LINE(2) OCTET_LINE(3) OCTET_LINE(4)
                         OCTET_LINE(5) OCTET_LINE(6) OCTET_LINE(7) OCTET_LINE(8) OCTET_LINE(9)
                             OCTET_LINE(10) OCTET_LINE(11) OCTET_LINE(12) OCTET_LINE(13)::
                                 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                                   "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                                   "xmm15");
  }
  return static_cast<double>(kMacs * iterations);
}

#undef OCTET_LINE

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_X86_PEAK_DOT_INL_H_
