// The peak of vpdpbusd on registers.
#include "kernels_avx512/parts.h"

namespace octet::kernels {
namespace {

// 16 independent chains cover a latency of 4 cycles at up to 4 instructions a cycle. Written in
// assembly so that no compiler can shorten it.
double PeakU8S8(int64_t iterations) {
  constexpr double kMacs = 16.0 * 64.0;
  for (int64_t i = 0; i < iterations; ++i) {
    __asm__ volatile(
        "vpdpbusd %%zmm16, %%zmm17, %%zmm0\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm1\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm2\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm3\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm4\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm5\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm6\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm7\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm8\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm9\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm10\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm11\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm12\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm13\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm14\n\t"
        "vpdpbusd %%zmm16, %%zmm17, %%zmm15\n\t" ::
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
              "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
  }
  return kMacs * static_cast<double>(iterations);
}

}  // namespace

void InstallPeakAvx512Vnni(KernelTable* table) { table->peak_u8s8 = PeakU8S8; }

}  // namespace octet::kernels
