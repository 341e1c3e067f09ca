// Runs the machine code of the AVX-VNNI kernels, in the encoding that they ship with, on any CPU
// with AVX2. If the CPU does not have vpdpbusd in that encoding, each such instruction is emulated.
// The other tests run the same source in the encoding of AVX-512 ("avx_vnni_evex").
#include <doctest/doctest.h>

#if defined(__x86_64__)

#include <cstdio>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/install.h"
#include "kernels/testing/isa_tables.h"
#include "tests/kernels/emulated_vpdpbusd.h"
#include "tests/support/guard_buffer.h"

namespace octet::kernels {
namespace {

// The product of random operands of this shape, with or without zero points of the weights.
std::vector<float> Multiply(const GemmU8S8& gemm, int64_t m, int64_t n, int64_t k, bool affine) {
  std::mt19937 random(static_cast<uint32_t>(m + 100 * n + 10000 * k));
  const int64_t lda = (k + 3) / 4 * 4;
  GuardBuffer<uint8_t> a(static_cast<size_t>(m * lda));
  GuardBuffer<int8_t> b(static_cast<size_t>(n * k));
  for (uint8_t& x : a) x = static_cast<uint8_t>(random() % 4 == 0 ? 255 : random());
  for (int8_t& x : b) x = static_cast<int8_t>(random() % 4 == 0 ? 128 : random());
  std::vector<float> a_scale(static_cast<size_t>(m), 0.25f);
  std::vector<float> b_scale(static_cast<size_t>(n), 0.5f);
  std::vector<int32_t> a_zero_point(static_cast<size_t>(m));
  std::vector<int32_t> b_zero_point(static_cast<size_t>(n));
  std::vector<int32_t> a_row_sum(static_cast<size_t>(m));
  for (int32_t& x : a_zero_point) x = static_cast<int32_t>(random() % 256);
  for (int32_t& x : b_zero_point) x = static_cast<int32_t>(random() % 256) - 128;
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t p = 0; p < k; ++p) a_row_sum[static_cast<size_t>(i)] += a[i * lda + p];
  }
  GuardBuffer<char> packed((gemm.packed_bytes(n, k) + 63) / 64 * 64);
  gemm.pack(b.data(), n, n, k, packed.data());
  std::vector<float> c(static_cast<size_t>(m * n));
  GemmU8S8Args args = {a.data(),
                       lda,
                       a_scale.data(),
                       a_zero_point.data(),
                       packed.data(),
                       b_scale.data(),
                       nullptr,
                       n,
                       k,
                       c.data(),
                       n};
  if (affine) {
    args.b_zero_point = b_zero_point.data();
    args.a_row_sum = a_row_sum.data();
  }
  gemm.run(args, 0, m, 0, n);
  return c;
}

TEST_CASE("the AVX-VNNI product, in its own encoding, has the bytes of the reference") {
  if (!CpuHasIsa(Isa::kAvx2)) {
    std::printf("SKIPPED: this CPU does not have AVX2\n");
    return;
  }
  KernelTable vnni;
  InstallAvxVnni(&vnni);
  const testing::EmulatedVpdpbusd emulated;
  for (const int64_t m : {1, 2, 3, 4, 5, 6, 7, 13}) {
    for (const int64_t n : {1, 15, 16, 33, 64}) {
      for (const int64_t k : {0, 1, 4, 31, 64}) {
        for (const bool affine : {false, true}) {
          CAPTURE(m);
          CAPTURE(n);
          CAPTURE(k);
          const auto expected = Multiply(*IsaTables().front().table.gemm_u8s8, m, n, k, affine);
          CHECK(Multiply(*vnni.gemm_u8s8, m, n, k, affine) == expected);
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
