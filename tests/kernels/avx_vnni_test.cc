// Runs the machine code of the AVX-VNNI kernels, in the encoding that they ship with, on any CPU
// with AVX2. If the CPU does not have vpdpbusd in that encoding, each such instruction is emulated.
// The other tests run the same source in the encoding of AVX-512 ("avx_vnni_evex").
#include <doctest/doctest.h>

#if defined(__x86_64__)

#include <cstdio>

#include "kernels/install.h"
#include "kernels/testing/isa_tables.h"
#include "tests/kernels/emulated_instructions.h"
#include "tests/kernels/random_gemm.h"

namespace octet::kernels {
namespace {

TEST_CASE("the AVX-VNNI product, in its own encoding, has the bytes of the reference") {
  if (!CpuHasIsa(Isa::kAvx2)) {
    std::printf("SKIPPED: this CPU does not have AVX2\n");
    return;
  }
  KernelTable vnni;
  InstallAvxVnni(&vnni);
  const testing::EmulatedInstructions emulated;
  for (const int64_t m : {1, 2, 3, 4, 5, 6, 7, 13}) {
    for (const int64_t n : {1, 15, 16, 33, 64}) {
      for (const int64_t k : {0, 1, 4, 31, 64}) {
        for (const bool affine : {false, true}) {
          CAPTURE(m);
          CAPTURE(n);
          CAPTURE(k);
          const auto expected =
              MultiplyRandom(*IsaTables().front().table.gemm_u8s8, m, n, k, affine);
          CHECK(MultiplyRandom(*vnni.gemm_u8s8, m, n, k, affine) == expected);
        }
      }
    }
  }
  CHECK(vnni.peak_u8s8(3) == 3 * vnni.peak_u8s8(1));
  CHECK((emulated.count() > 0) == !CpuHasIsa(Isa::kAvxVnni));
  MESSAGE(emulated.count(), " instructions were emulated");
}

}  // namespace
}  // namespace octet::kernels

#endif  // defined(__x86_64__)
