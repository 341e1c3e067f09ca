// What several scalar reference kernels do to a row (docs/numerics.md, "Sums").
#ifndef OCTET_KERNELS_REFERENCE_ROWS_H_
#define OCTET_KERNELS_REFERENCE_ROWS_H_

#include <cstdint>

#include "kernels/kernel_table.h"

namespace octet::kernels {

// Sixteen running sums. Element i of a row belongs to lane i mod 16.
struct LaneSums {
  float lane[16] = {};

  // The sum of the lanes: the upper half is added to the lower half until one is left.
  float Fold() const {
    LaneSums sums = *this;
    for (int half = 8; half > 0; half /= 2) {
      for (int i = 0; i < half; ++i) sums.lane[i] += sums.lane[i + half];
    }
    return sums.lane[0];
  }
};

// y[i] = e^(x[i] - max x), the numerators of a softmax; returns their sum. y may be x.
float ReferenceExpRow(const float* x, float* y, int64_t n);

// Counts element j of a row into the row's range.
void ReferenceCount(float x, int64_t j, RowRange* range);

// What GemmEpilogue makes of y, which is c[i][j] but for the epilogue; counts it into its range.
float ReferenceFinish(const GemmEpilogue& epilogue, int64_t i, int64_t j, float y);

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_REFERENCE_ROWS_H_
