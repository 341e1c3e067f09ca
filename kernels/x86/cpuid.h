// The processor's description of itself, as words, and the features that follow from them. Apart
// from DetectCpuFeatures so that tests can ask about CPUs that are not at hand.
#ifndef OCTET_KERNELS_X86_CPUID_H_
#define OCTET_KERNELS_X86_CPUID_H_

#include <cstdint>

#include "kernels/x86/host.h"

namespace octet::kernels {

// The CPUID words and the XCR0 register that decide the features (Intel SDM vol. 2A, CPUID; vol. 1,
// 13.2). A leaf that the CPU does not have is 0.
struct CpuidWords {
  uint32_t leaf1_ecx = 0;
  uint32_t leaf7_ebx = 0;
  uint32_t leaf7_ecx = 0;
  uint32_t leaf7_edx = 0;
  uint32_t leaf7_1_eax = 0;  // subleaf 1
  uint32_t xcr0 = 0;         // low half; 0 when the operating system has not enabled XSAVE
};

CpuidWords ReadCpuid();

// The instructions must be there, and the operating system must save the registers that they use:
// otherwise the feature is left out.
CpuFeatures FeaturesFromCpuid(const CpuidWords& words);

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_X86_CPUID_H_
