// Eigen's product. Its file is compiled for an instruction set of its own, so it exports nothing
// but this function.
#ifndef OCTET_BENCH_EIGEN_GEMM_H_
#define OCTET_BENCH_EIGEN_GEMM_H_

#include <cstdint>

namespace octet::bench {

// c[m, n] = a[m, k] b[k, n], all dense. Eigen does not take packed operands, so it packs b in every
// call. The CPU must have AVX-512 F and DQ.
void EigenGemmF32(const float* a, const float* b, float* c, int64_t m, int64_t k, int64_t n);

}  // namespace octet::bench

#endif  // OCTET_BENCH_EIGEN_GEMM_H_
