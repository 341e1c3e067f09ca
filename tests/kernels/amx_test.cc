// Runs the machine code of the AMX kernels on any CPU with AVX-512 VNNI: in a process that has not
// asked Linux for the tile registers, their instructions raise SIGILL and are emulated. So nothing
// here may detect the features of the CPU, which asks.
#include <doctest/doctest.h>

#if defined(__x86_64__) && defined(__linux__)

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>

#include "kernels/install.h"
#include "tests/kernels/emulated_instructions.h"
#include "tests/kernels/random_gemm.h"

namespace octet::kernels {
namespace {

// Whether this process has asked for the tile registers, and got them: another test has.
bool MayUseTiles() {
  constexpr long kGetPermissions = 0x1022;  // ARCH_GET_XCOMP_PERM of asm/prctl.h
  uint64_t permitted = 0;
  return syscall(SYS_arch_prctl, kGetPermissions, &permitted) == 0 && (permitted >> 18 & 1) != 0;
}

TEST_CASE("the AMX product has the bytes of the reference") {
  if (!__builtin_cpu_supports("avx512vnni") || !__builtin_cpu_supports("avx512bw")) {
    std::printf("SKIPPED: this CPU does not have AVX-512 VNNI\n");
    return;
  }
  KernelTable reference;
  KernelTable amx;
  InstallReference(&reference);
  InstallAmxInt8(&amx);
  const testing::EmulatedInstructions emulated;
  for (const int64_t m : {1, 15, 16, 17, 32, 33, 49}) {
    for (const int64_t n : {1, 15, 16, 33, 64}) {
      for (const int64_t k : {0, 1, 31, 64, 65, 200}) {
        for (const bool affine : {false, true}) {
          CAPTURE(m);
          CAPTURE(n);
          CAPTURE(k);
          const auto expected = MultiplyRandom(*reference.gemm_u8s8, m, n, k, affine);
          CHECK(MultiplyRandom(*amx.gemm_u8s8, m, n, k, affine) == expected);
        }
      }
    }
  }
  CHECK(amx.peak_u8s8(3) == 3 * amx.peak_u8s8(1));
  CHECK((emulated.count() > 0) == !MayUseTiles());
  MESSAGE(emulated.count(), " instructions were emulated");
}

}  // namespace
}  // namespace octet::kernels

#endif  // defined(__x86_64__) && defined(__linux__)
