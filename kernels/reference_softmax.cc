#include <limits>

#include "kernels/generic/math-inl.h"
#include "kernels/generic/simd_scalar-inl.h"
#include "kernels/reference.h"
#include "kernels/reference_rows.h"

namespace octet::kernels {

float ReferenceExpRow(const float* x, float* y, int64_t n) {
  float max = -std::numeric_limits<float>::infinity();
  for (int64_t i = 0; i < n; ++i) max = x[i] > max ? x[i] : max;
  // Of a row of -inf alone, y and the sum are 0.
  if (max == -std::numeric_limits<float>::infinity()) max = 0.0f;
  LaneSums sums;
  for (int64_t i = 0; i < n; ++i) {
    y[i] = Exp<Scalar>(x[i] - max);
    sums.lane[i % 16] += y[i];
  }
  return sums.Fold();
}

void ReferenceSoftmax(const float* x, float* y, int64_t rows, int64_t cols) {
  for (int64_t row = 0; row < rows; ++row) {
    const float inverse = 1.0f / ReferenceExpRow(x + row * cols, y + row * cols, cols);
    for (int64_t i = 0; i < cols; ++i) y[row * cols + i] *= inverse;
  }
}

}  // namespace octet::kernels
