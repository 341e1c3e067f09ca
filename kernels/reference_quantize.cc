// The scalar quantizer and dequantizer: kernel_table.h's formulas as they stand.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "kernels/reference.h"
#include "kernels/reference_rows.h"

namespace octet::kernels {
namespace {

// To nearest, ties to even: the default rounding mode, which the runtime sets on entry.
int32_t Round(float x) { return static_cast<int32_t>(std::nearbyint(x)); }

void QuantizeRow(const float* x, int64_t cols, const RowRange& range, uint8_t* q, float* scale,
                 int32_t* zero_point) {
  const auto hi = std::bit_cast<float>(*std::max_element(range.hi, range.hi + 16));
  const auto lowest = std::bit_cast<float>(*std::max_element(range.lo, range.lo + 16));
  const float lo = std::signbit(lowest) ? lowest : 0.0f;
  if (!std::isfinite(hi) || !std::isfinite(lo)) {
    *scale = std::numeric_limits<float>::quiet_NaN();
    *zero_point = 0;
    std::fill(q, q + cols, uint8_t{0});
    return;
  }
  // hi - lo may overflow; this difference cannot.
  *scale = hi / 255.0f - lo / 255.0f;
  if (*scale < std::numeric_limits<float>::min()) {
    *scale = 1.0f;
    *zero_point = 0;
    std::fill(q, q + cols, uint8_t{0});
    return;
  }
  const float inverse = 1.0f / *scale;
  *zero_point = Round(-lo * inverse);
  for (int64_t j = 0; j < cols; ++j) {
    q[j] = static_cast<uint8_t>(std::clamp(Round(x[j] * inverse) + *zero_point, 0, 255));
  }
}

}  // namespace

void ReferenceQuantizeRows(const QuantizeRowsArgs& args) {
  const int64_t padded = (args.cols + kGemmU8S8KGroup - 1) / kGemmU8S8KGroup * kGemmU8S8KGroup;
  for (int64_t i = 0; i < args.rows; ++i) {
    uint8_t* q = args.q + i * args.ldq;
    const float* x = args.x + i * args.ldx;
    RowRange range = {};
    if (args.range != nullptr) {
      range = args.range[i];
    } else {
      for (int64_t j = 0; j < args.cols; ++j) ReferenceCount(x[j], j, &range);
    }
    QuantizeRow(x, args.cols, range, q, args.scale + i, args.zero_point + i);
    std::fill(q + args.cols, q + padded, uint8_t{0});
  }
}

void ReferenceDequantize(const DequantizeArgs& args) {
  for (int64_t i = 0; i < args.m; ++i) {
    for (int64_t j = 0; j < args.n; ++j) {
      const int32_t centred =
          args.acc[i * args.ld_acc + j] - args.a_zero_point[i] * args.column_sum[j];
      const float y = std::fma(static_cast<float>(centred), args.a_scale[i] * args.b_scale[j],
                               args.bias == nullptr ? 0.0f : args.bias[j]);
      args.c[i * args.ldc + j] = ReferenceFinish(args.epilogue, i, j, y);
    }
  }
}

}  // namespace octet::kernels
