#include "kernels/x86/cpuid.h"

#include <cpuid.h>

#include <cstring>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace octet::kernels {
namespace {

constexpr uint32_t Bit(int i) { return uint32_t{1} << i; }

// Bits of XCR0: the register state that the operating system saves.
constexpr uint32_t kXmmYmm = Bit(1) | Bit(2);
constexpr uint32_t kMasksZmm = Bit(5) | Bit(6) | Bit(7);
constexpr int kTileDataBit = 18;
constexpr uint32_t kTiles = Bit(17) | Bit(kTileDataBit);
// Bit of leaf 1, ECX: XCR0 can be read.
constexpr uint32_t kOsxsave = Bit(27);

// Where CPUID reports a feature, and the registers that its instructions use.
struct FeatureBit {
  CpuFeatures feature;
  uint32_t CpuidWords::*word;
  int bit;
  uint32_t registers;
};
constexpr FeatureBit kFeatureBits[] = {
    {kFeatureFma, &CpuidWords::leaf1_ecx, 12, kXmmYmm},
    {kFeaturePopcnt, &CpuidWords::leaf1_ecx, 23, 0},
    {kFeatureAvx, &CpuidWords::leaf1_ecx, 28, kXmmYmm},
    {kFeatureAvx2, &CpuidWords::leaf7_ebx, 5, kXmmYmm},
    {kFeatureAvxVnni, &CpuidWords::leaf7_1_eax, 4, kXmmYmm},
    {kFeatureAvx512F, &CpuidWords::leaf7_ebx, 16, kXmmYmm | kMasksZmm},
    {kFeatureAvx512Dq, &CpuidWords::leaf7_ebx, 17, kXmmYmm | kMasksZmm},
    {kFeatureAvx512Bw, &CpuidWords::leaf7_ebx, 30, kXmmYmm | kMasksZmm},
    {kFeatureAvx512Vl, &CpuidWords::leaf7_ebx, 31, kXmmYmm | kMasksZmm},
    {kFeatureAvx512Vnni, &CpuidWords::leaf7_ecx, 11, kXmmYmm | kMasksZmm},
    {kFeatureAvx512Bf16, &CpuidWords::leaf7_1_eax, 5, kXmmYmm | kMasksZmm},
    {kFeatureAmxTile, &CpuidWords::leaf7_edx, 24, kTiles},
    {kFeatureAmxInt8, &CpuidWords::leaf7_edx, 25, kTiles},
};

uint32_t ReadXcr0() {
  uint32_t low = 0;
  uint32_t high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

// Linux lets a process use the tile registers only after it has asked for it once
// (Documentation/arch/x86/xstate.rst); the permission then holds for all of its threads. False on
// other systems, on a Linux before 5.16, and where a sandbox or a small signal stack forbids it.
bool MayUseTiles() {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM of asm/prctl.h
  return syscall(SYS_arch_prctl, kRequestPermission, kTileDataBit) == 0;
#else
  return false;
#endif
}

}  // namespace

CpuidWords ReadCpuid() {
  CpuidWords words;
  uint32_t eax = 0;
  uint32_t ebx = 0;
  uint32_t ecx = 0;
  uint32_t edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) return words;
  words.leaf1_ecx = ecx;
  if ((words.leaf1_ecx & kOsxsave) != 0) words.xcr0 = ReadXcr0();
  if ((words.xcr0 & kTiles) == kTiles && !MayUseTiles()) words.xcr0 &= ~kTiles;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0) {
    words.leaf7_ebx = ebx;
    words.leaf7_ecx = ecx;
    words.leaf7_edx = edx;
    // EAX of subleaf 0 is the last subleaf.
    if (eax >= 1 && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0) words.leaf7_1_eax = eax;
  }
  return words;
}

CpuFeatures FeaturesFromCpuid(const CpuidWords& words) {
  const uint32_t saved = (words.leaf1_ecx & kOsxsave) != 0 ? words.xcr0 : 0;
  CpuFeatures features = 0;
  for (const FeatureBit& f : kFeatureBits) {
    const bool present = (words.*f.word & Bit(f.bit)) != 0;
    if (present && (saved & f.registers) == f.registers) features |= f.feature;
  }
  return features;
}

CpuFeatures DetectCpuFeatures() { return FeaturesFromCpuid(ReadCpuid()); }

void CpuName(char (&name)[kCpuNameBytes]) {
  constexpr uint32_t kFirstLeaf = 0x80000002;
  uint32_t brand[12] = {};
  for (uint32_t i = 0; i < 3; ++i) {
    uint32_t* words = brand + 4 * i;
    __get_cpuid(kFirstLeaf + i, &words[0], &words[1], &words[2], &words[3]);
  }
  char text[kCpuNameBytes] = {};
  std::memcpy(text, brand, sizeof(brand));
  const char* begin = text;
  while (*begin == ' ') ++begin;
  size_t length = std::strlen(begin);
  while (length > 0 && begin[length - 1] == ' ') --length;
  std::memset(name, 0, kCpuNameBytes);
  std::memcpy(name, begin, length);
}

}  // namespace octet::kernels
