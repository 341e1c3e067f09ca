// An int8 product of random operands, for tests that compare two kernels.
#ifndef OCTET_TESTS_KERNELS_RANDOM_GEMM_H_
#define OCTET_TESTS_KERNELS_RANDOM_GEMM_H_

#include <cstdint>
#include <random>
#include <vector>

#include "kernels/kernel_table.h"
#include "tests/support/guard_buffer.h"

namespace octet::kernels {

// The product of random operands of this shape, the same for each kernel, with or without zero
// points of the weights. All memory that the kernel reads ends at guard pages.
inline std::vector<float> MultiplyRandom(const GemmU8S8& gemm, int64_t m, int64_t n, int64_t k,
                                         bool affine) {
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

}  // namespace octet::kernels

#endif  // OCTET_TESTS_KERNELS_RANDOM_GEMM_H_
