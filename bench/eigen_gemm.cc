#include "bench/eigen_gemm.h"

#include <Eigen/Core>

namespace octet::bench {

void EigenGemmF32(const float* a, const float* b, float* c, int64_t m, int64_t k, int64_t n) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<Matrix>(c, m, n).noalias() =
      Eigen::Map<const Matrix>(a, m, k) * Eigen::Map<const Matrix>(b, k, n);
}

}  // namespace octet::bench
