#include <cmath>

#include "kernels/reference.h"
#include "kernels/reference_rows.h"

namespace octet::kernels {

void ReferenceLayerNorm(const LayerNormArgs& args) {
  const float count = static_cast<float>(args.cols);
  for (int64_t row = 0; row < args.rows; ++row) {
    const float* x = args.x + row * args.cols;
    float* y = args.y + row * args.cols;
    LaneSums sums;
    for (int64_t i = 0; i < args.cols; ++i) {
      y[i] = args.residual != nullptr ? x[i] + args.residual[row * args.cols + i] : x[i];
      sums.lane[i % 16] += y[i];
    }
    const float mean = sums.Fold() / count;
    LaneSums squares;
    for (int64_t i = 0; i < args.cols; ++i) {
      const float centred = y[i] - mean;
      squares.lane[i % 16] = std::fma(centred, centred, squares.lane[i % 16]);
    }
    const float inverse = 1.0f / std::sqrt(squares.Fold() / count + args.epsilon);
    RowRange range = {};
    for (int64_t i = 0; i < args.cols; ++i) {
      const float normal = (y[i] - mean) * inverse;
      y[i] = std::fma(normal, args.gamma[i], args.beta != nullptr ? args.beta[i] : 0.0f);
      ReferenceCount(y[i], i, &range);
    }
    if (args.range != nullptr) args.range[row] = range;
  }
}

}  // namespace octet::kernels
