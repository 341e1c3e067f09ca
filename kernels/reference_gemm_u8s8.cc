// The scalar int8 GEMM. Packed form: b transposed, int8 [n][k], so that both operands of a dot
// product are contiguous.
#include <cmath>

#include "kernels/reference.h"
#include "kernels/reference_rows.h"

namespace octet::kernels {
namespace {

size_t PackedBytes(int64_t n, int64_t k) { return static_cast<size_t>(n) * static_cast<size_t>(k); }

void Pack(const int8_t* b, int64_t ldb, int64_t n, int64_t k, void* packed) {
  auto* transposed = static_cast<int8_t*>(packed);
  for (int64_t j = 0; j < n; ++j) {
    for (int64_t p = 0; p < k; ++p) transposed[j * k + p] = b[p * ldb + j];
  }
}

int32_t Dot(const uint8_t* a, int32_t a_zero_point, const int8_t* b, int32_t b_zero_point,
            int64_t k) {
  int32_t sum = 0;
  for (int64_t p = 0; p < k; ++p) sum += (a[p] - a_zero_point) * (b[p] - b_zero_point);
  return sum;
}

void Run(const GemmU8S8Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
  const auto* transposed = static_cast<const int8_t*>(args.b);
  for (int64_t i = m0; i < m1; ++i) {
    const uint8_t* a = args.a + i * args.lda;
    const int32_t a_zero_point = args.a_zero_point[i];
    for (int64_t j = n0; j < n1; ++j) {
      const int8_t* b = transposed + j * args.k;
      const int32_t b_zero_point = args.b_zero_point == nullptr ? 0 : args.b_zero_point[j];
      const int32_t sum = Dot(a, a_zero_point, b, b_zero_point, args.k);
      const float y = std::fma(static_cast<float>(sum), args.a_scale[i] * args.b_scale[j],
                               args.bias == nullptr ? 0.0f : args.bias[j]);
      args.c[i * args.ldc + j] = ReferenceFinish(args.epilogue, i, j, y);
    }
  }
}

}  // namespace

const GemmU8S8 kReferenceGemmU8S8 = {"gemm_u8s8_reference", 1, 1, 64, PackedBytes, Pack, Run};

}  // namespace octet::kernels
