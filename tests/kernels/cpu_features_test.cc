#include "kernels/cpu_features.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

namespace octet::kernels {
namespace {

// A CPU and system with everything; each test takes something away.
CpuidWords Everything() {
  constexpr uint32_t kAll = ~uint32_t{0};
  return {kAll, kAll, kAll, kAll, kAll};
}

CpuidWords Without(uint32_t CpuidWords::*word, int bit) {
  CpuidWords words = Everything();
  words.*word &= ~(uint32_t{1} << bit);
  return words;
}

TEST_CASE("the level follows from what the CPU has") {
  CHECK(IsaFromCpuid({}) == Isa::kReference);
  CHECK(IsaFromCpuid(Everything()) == Isa::kAvx512Vnni);
  for (const int bit : {12, 23, 27, 28}) {  // FMA, POPCNT, OSXSAVE, AVX
    CHECK(IsaFromCpuid(Without(&CpuidWords::leaf1_ecx, bit)) == Isa::kReference);
  }
  CHECK(IsaFromCpuid(Without(&CpuidWords::leaf7_ebx, 5)) == Isa::kReference);
  for (const int bit : {16, 17, 30, 31}) {  // F, DQ, BW, VL
    CHECK(IsaFromCpuid(Without(&CpuidWords::leaf7_ebx, bit)) == Isa::kAvx2);
  }
  CHECK(IsaFromCpuid(Without(&CpuidWords::leaf7_ecx, 11)) == Isa::kAvx512);
}

TEST_CASE("the level follows from what the operating system saves") {
  for (const int bit : {1, 2}) {  // XMM, upper halves of YMM
    CHECK(IsaFromCpuid(Without(&CpuidWords::xcr0, bit)) == Isa::kReference);
  }
  for (const int bit : {5, 6, 7}) {  // masks, upper halves of ZMM, ZMM16 to 31
    CHECK(IsaFromCpuid(Without(&CpuidWords::xcr0, bit)) == Isa::kAvx2);
  }
}

TEST_CASE("bfloat16 needs its own bit and the highest level") {
  CHECK(HasAvx512Bf16(Everything()));
  CHECK_FALSE(HasAvx512Bf16({}));
  const CpuidWords ice_lake = Without(&CpuidWords::leaf7_1_eax, 5);
  CHECK_FALSE(HasAvx512Bf16(ice_lake));
  CHECK(IsaFromCpuid(ice_lake) == Isa::kAvx512Vnni);
  CHECK_FALSE(HasAvx512Bf16(Without(&CpuidWords::leaf7_ecx, 11)));  // VNNI
  CHECK_FALSE(HasAvx512Bf16(Without(&CpuidWords::xcr0, 7)));
}

TEST_CASE("this machine's level is the one that the compiler's library sees") {
  Isa expected = Isa::kReference;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    expected = Isa::kAvx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
      expected = __builtin_cpu_supports("avx512vnni") ? Isa::kAvx512Vnni : Isa::kAvx512;
    }
  }
  CHECK(DetectIsa() == expected);
  CHECK(HasAvx512Bf16(ReadCpuid()) ==
        (expected == Isa::kAvx512Vnni && __builtin_cpu_supports("avx512bf16") != 0));
}

TEST_CASE("names are read back") {
  for (int i = 0; i < kIsaCount; ++i) {
    Isa isa = Isa::kReference;
    CHECK(ParseIsa(IsaName(static_cast<Isa>(i)), &isa));
    CHECK(isa == static_cast<Isa>(i));
  }
  CHECK(std::string(IsaName(Isa::kAvx512Vnni)) == "avx512_vnni");
  Isa untouched = Isa::kAvx2;
  for (const char* name : {"", "AVX2", "avx", "avx512 ", "avx512_vnni2"}) {
    CHECK_FALSE(ParseIsa(name, &untouched));
  }
  CHECK(untouched == Isa::kAvx2);
}

TEST_CASE("the processor's name is a trimmed string") {
  char name[kCpuNameBytes];
  CpuName(name);
  const std::string text = name;
  CHECK(text.size() < kCpuNameBytes);
  CHECK(text.find_first_not_of(' ') == (text.empty() ? std::string::npos : 0));
  CHECK((text.empty() || text.back() != ' '));
}

}  // namespace
}  // namespace octet::kernels
