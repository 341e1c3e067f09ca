#include "kernels/cpu_features.h"

#include <cpuid.h>

#include <cstring>

namespace octet::kernels {
namespace {

constexpr uint32_t Bit(int i) { return uint32_t{1} << i; }

// CPUID leaf 1, ECX.
constexpr uint32_t kFma = Bit(12);
constexpr uint32_t kPopcnt = Bit(23);
constexpr uint32_t kOsxsave = Bit(27);
constexpr uint32_t kAvx = Bit(28);
// CPUID leaf 7 subleaf 0, EBX and ECX.
constexpr uint32_t kAvx2Bit = Bit(5);
constexpr uint32_t kAvx512F = Bit(16);
constexpr uint32_t kAvx512Dq = Bit(17);
constexpr uint32_t kAvx512Bw = Bit(30);
constexpr uint32_t kAvx512Vl = Bit(31);
constexpr uint32_t kAvx512VnniBit = Bit(11);
// CPUID leaf 7 subleaf 1, EAX.
constexpr uint32_t kAvx512Bf16 = Bit(5);
// XCR0: the register state that the operating system saves.
constexpr uint32_t kXmmYmm = Bit(1) | Bit(2);
constexpr uint32_t kMasksZmm = Bit(5) | Bit(6) | Bit(7);

constexpr const char* kNames[kIsaCount] = {"reference", "avx2", "avx512", "avx512_vnni"};

bool Has(uint32_t word, uint32_t bits) { return (word & bits) == bits; }

uint32_t ReadXcr0() {
  uint32_t low = 0;
  uint32_t high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
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
  if (Has(words.leaf1_ecx, kOsxsave)) words.xcr0 = ReadXcr0();
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0) {
    words.leaf7_ebx = ebx;
    words.leaf7_ecx = ecx;
    // EAX of subleaf 0 is the last subleaf.
    if (eax >= 1 && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0) words.leaf7_1_eax = eax;
  }
  return words;
}

Isa IsaFromCpuid(const CpuidWords& words) {
  if (!Has(words.leaf1_ecx, kFma | kPopcnt | kOsxsave | kAvx) || !Has(words.leaf7_ebx, kAvx2Bit) ||
      !Has(words.xcr0, kXmmYmm)) {
    return Isa::kReference;
  }
  if (!Has(words.leaf7_ebx, kAvx512F | kAvx512Dq | kAvx512Bw | kAvx512Vl) ||
      !Has(words.xcr0, kMasksZmm)) {
    return Isa::kAvx2;
  }
  return Has(words.leaf7_ecx, kAvx512VnniBit) ? Isa::kAvx512Vnni : Isa::kAvx512;
}

bool HasAvx512Bf16(const CpuidWords& words) {
  return IsaFromCpuid(words) == Isa::kAvx512Vnni && Has(words.leaf7_1_eax, kAvx512Bf16);
}

Isa DetectIsa() { return IsaFromCpuid(ReadCpuid()); }

const char* IsaName(Isa isa) { return kNames[static_cast<int>(isa)]; }

bool ParseIsa(const char* name, Isa* isa) {
  for (int i = 0; i < kIsaCount; ++i) {
    if (std::strcmp(name, kNames[i]) == 0) {
      *isa = static_cast<Isa>(i);
      return true;
    }
  }
  return false;
}

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
