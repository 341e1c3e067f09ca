// The scalar float GEMM: every output is one chain of fused multiply-adds. The packed form of b is
// b itself, dense: [k, n].
#include <cmath>

#include "kernels/reference.h"
#include "kernels/reference_rows.h"

namespace octet::kernels {
namespace {

size_t PackedBytes(int64_t n, int64_t k) { return static_cast<size_t>(n * k) * sizeof(float); }

void Pack(const float* b, int64_t stride_k, int64_t stride_n, int64_t n, int64_t k, void* packed) {
  float* out = static_cast<float*>(packed);
  for (int64_t p = 0; p < k; ++p) {
    for (int64_t j = 0; j < n; ++j) out[p * n + j] = b[p * stride_k + j * stride_n];
  }
}

void Run(const GemmF32Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
  const float* b = static_cast<const float*>(args.b);
  for (int64_t i = m0; i < m1; ++i) {
    for (int64_t j = n0; j < n1; ++j) {
      float sum = 0.0f;
      for (int64_t p = 0; p < args.k; ++p) {
        sum = std::fma(args.a[i * args.lda + p], b[p * args.n + j], sum);
      }
      args.c[i * args.ldc + j] =
          ReferenceFinish(args.epilogue, i, j, args.bias != nullptr ? sum + args.bias[j] : sum);
    }
  }
}

}  // namespace

const GemmF32 kReferenceGemmF32 = {"gemm_f32_1x1_reference", 1, 1, PackedBytes, Pack, Run};

}  // namespace octet::kernels
