// Which instruction sets this CPU and its operating system offer, as the levels that the kernel
// folders are built for, and one extension beside the levels. Nothing here reads the environment;
// thread-safe.
#ifndef OCTET_KERNELS_CPU_FEATURES_H_
#define OCTET_KERNELS_CPU_FEATURES_H_

#include <cstddef>
#include <cstdint>

namespace octet::kernels {

// Each level includes the ones before it.
enum class Isa {
  kReference,   // baseline x86-64
  kAvx2,        // AVX2, FMA, POPCNT
  kAvx512,      // AVX-512 F, BW, DQ and VL
  kAvx512Vnni,  // AVX-512 VNNI
};

inline constexpr int kIsaCount = 4;

// The CPUID words and the XCR0 register that decide the level (Intel SDM vol. 2A, CPUID; vol. 1,
// 13.2). A leaf that the CPU does not have is 0.
struct CpuidWords {
  uint32_t leaf1_ecx = 0;
  uint32_t leaf7_ebx = 0;
  uint32_t leaf7_ecx = 0;
  uint32_t leaf7_1_eax = 0;  // subleaf 1
  uint32_t xcr0 = 0;         // low half; 0 when the operating system has not enabled XSAVE
};

CpuidWords ReadCpuid();

// The highest level that `words` allows: the instructions must be there, and the operating system
// must save the registers they use.
Isa IsaFromCpuid(const CpuidWords& words);

// The highest level of this machine.
Isa DetectIsa();

// Whether `words` allow AVX512_BF16 on top of the level kAvx512Vnni. It is no level of its own: it
// adds a kernel that must be asked for (runtime/attention_precision.h), and Ice Lake and its like
// have VNNI without it.
bool HasAvx512Bf16(const CpuidWords& words);

// "reference", "avx2", "avx512" or "avx512_vnni".
const char* IsaName(Isa isa);

// Sets *isa to the level of that name; false when there is none.
bool ParseIsa(const char* name, Isa* isa);

// Bytes that CpuName writes, with the final zero: three CPUID leaves of 16 bytes.
inline constexpr size_t kCpuNameBytes = 49;

// The processor's brand string without leading or trailing spaces; empty when it has none.
void CpuName(char (&name)[kCpuNameBytes]);

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_CPU_FEATURES_H_
