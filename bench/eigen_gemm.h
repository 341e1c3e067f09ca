// Eigen's product. Compiled for an instruction set of its own, so nothing but this function leaves
// the file.
#ifndef OCTET_BENCH_EIGEN_GEMM_H_
#define OCTET_BENCH_EIGEN_GEMM_H_

#include <cstdint>

namespace octet::bench {

// c[m, n] = a[m, k] b[k, n], all dense; b is packed anew in every call, since Eigen does not have a
// packed operands. The CPU must have AVX-512 F and DQ.
void EigenGemmF32(const float* a, const float* b, float* c, int64_t m, int64_t k, int64_t n);

}  // namespace octet::bench

#endif  // OCTET_BENCH_EIGEN_GEMM_H_
