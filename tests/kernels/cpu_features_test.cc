#include "kernels/cpu_features.h"

#include <doctest/doctest.h>

#include <string>

#include "kernels/testing/isa_tables.h"

#if defined(__x86_64__)
#include "kernels/x86/cpuid.h"
#endif

namespace octet::kernels {
namespace {

TEST_CASE("names are read back") {
  for (int i = 0; i < kIsaCount; ++i) {
    Isa isa = Isa::kReference;
    CHECK(ParseIsa(IsaName(static_cast<Isa>(i)), &isa));
    CHECK(isa == static_cast<Isa>(i));
  }
  Isa untouched = Isa::kReference;
  for (const char* name : {"", "REFERENCE", "avx", "avx512 ", "avx512_vnni2"}) {
    CHECK_FALSE(ParseIsa(name, &untouched));
  }
  CHECK(untouched == Isa::kReference);
}

TEST_CASE("KeepIsa keeps what the row requires, and the reference runs everywhere") {
  constexpr CpuFeatures kAll = ~CpuFeatures{0};
  for (int i = 0; i < kIsaCount; ++i) {
    const auto isa = static_cast<Isa>(i);
    CHECK(HasIsa(KeepIsa(kAll, isa), isa));
    // Asking for a row gives that row.
    CHECK(BestIsa(KeepIsa(kAll, isa)) == isa);
  }
  CHECK(HasIsa(0, Isa::kReference));
  CHECK(BestIsa(0) == Isa::kReference);
}

TEST_CASE("of the tables of this CPU, the reference is first and the default last") {
  CHECK(IsaTables().front().isa == Isa::kReference);
  CHECK(IsaTables().back().isa == DetectIsa());
  CHECK(IsasWith(&KernelTable::softmax_f32).front().isa == Isa::kReference);
}

TEST_CASE("the processor's name is a trimmed string") {
  char name[kCpuNameBytes];
  CpuName(name);
  const std::string text = name;
  CHECK(text.size() < kCpuNameBytes);
  CHECK(text.find_first_not_of(' ') == (text.empty() ? std::string::npos : 0));
  CHECK((text.empty() || text.back() != ' '));
}

#if defined(__x86_64__)

// A CPU and an operating system with all features; each test removes some.
CpuidWords Everything() {
  constexpr uint32_t kAll = ~uint32_t{0};
  return {kAll, kAll, kAll, kAll, kAll, kAll};
}

// The rows that a CPU without one bit can run, as "avx2 avx512 ...".
std::string RowsWithout(uint32_t CpuidWords::*word, int bit) {
  CpuidWords words = Everything();
  words.*word &= ~(uint32_t{1} << bit);
  const CpuFeatures features = FeaturesFromCpuid(words);
  std::string rows;
  for (int i = 1; i < kIsaCount; ++i) {
    if (!HasIsa(features, static_cast<Isa>(i))) continue;
    rows += (rows.empty() ? "" : " ") + std::string(IsaName(static_cast<Isa>(i)));
  }
  return rows;
}

TEST_CASE("the rows that a CPU can run follow from its features") {
  CHECK(FeaturesFromCpuid({}) == 0);
  CHECK(BestIsa(FeaturesFromCpuid(Everything())) == Isa::kAmxInt8);
  for (const int bit : {12, 23, 27, 28}) {  // FMA, POPCNT, OSXSAVE, AVX
    CHECK(RowsWithout(&CpuidWords::leaf1_ecx, bit) == "");
  }
  CHECK(RowsWithout(&CpuidWords::leaf7_ebx, 5) == "");
  for (const int bit : {16, 17, 30, 31}) {  // F, DQ, BW, VL
    CHECK(RowsWithout(&CpuidWords::leaf7_ebx, bit) == "avx2 avx_vnni");
  }
  CHECK(RowsWithout(&CpuidWords::leaf7_ecx, 11) == "avx2 avx512 avx512_bf16 avx_vnni");
  CHECK(RowsWithout(&CpuidWords::leaf7_1_eax, 4) == "avx2 avx512 avx512_bf16 avx512_vnni amx_int8");
  CHECK(RowsWithout(&CpuidWords::leaf7_1_eax, 5) == "avx2 avx512 avx_vnni avx512_vnni amx_int8");
  for (const int bit : {24, 25}) {  // AMX-TILE, AMX-INT8
    CHECK(RowsWithout(&CpuidWords::leaf7_edx, bit) ==
          "avx2 avx512 avx512_bf16 avx_vnni avx512_vnni");
  }
}

TEST_CASE("the rows that a CPU can run follow from the registers that the operating system saves") {
  for (const int bit : {1, 2}) {  // XMM, upper halves of YMM
    CHECK(RowsWithout(&CpuidWords::xcr0, bit) == "");
  }
  for (const int bit : {5, 6, 7}) {  // masks, upper halves of ZMM, ZMM16 to 31
    CHECK(RowsWithout(&CpuidWords::xcr0, bit) == "avx2 avx_vnni");
  }
  for (const int bit : {17, 18}) {  // the shapes of tiles, tiles
    CHECK(RowsWithout(&CpuidWords::xcr0, bit) == "avx2 avx512 avx512_bf16 avx_vnni avx512_vnni");
  }
}

TEST_CASE("KeepIsa removes the features that the row does not have") {
  const CpuFeatures all = FeaturesFromCpuid(Everything());
  CHECK_FALSE(HasIsa(KeepIsa(all, Isa::kAvx2), Isa::kAvxVnni));
  CHECK_FALSE(HasIsa(KeepIsa(all, Isa::kAvx512), Isa::kAvx512Bf16));
  CHECK_FALSE(HasIsa(KeepIsa(all, Isa::kAvxVnni), Isa::kAvx512));
  CHECK_FALSE(HasIsa(KeepIsa(all, Isa::kAvx512Bf16), Isa::kAvx512Vnni));
  CHECK(HasIsa(KeepIsa(all, Isa::kAvx512Vnni), Isa::kAvx512Bf16));
  CHECK_FALSE(HasIsa(KeepIsa(all, Isa::kAvx512Vnni), Isa::kAmxInt8));
  CHECK(HasIsa(KeepIsa(all, Isa::kAmxInt8), Isa::kAvx512Bf16));
  CHECK(KeepIsa(kAvx2Features, Isa::kAvx512Vnni) == kAvx2Features);
}

TEST_CASE("the compiler's library finds the same features of this machine") {
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  CHECK(CpuHasIsa(Isa::kAvx2) == avx2);
  CHECK(CpuHasIsa(Isa::kAvx512) == avx512);
  CHECK(CpuHasIsa(Isa::kAvx512Vnni) == (avx512 && __builtin_cpu_supports("avx512vnni")));
  CHECK(CpuHasIsa(Isa::kAvx512Bf16) == (avx512 && __builtin_cpu_supports("avx512bf16")));
}

#endif  // defined(__x86_64__)

}  // namespace
}  // namespace octet::kernels
