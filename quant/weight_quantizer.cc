#include "quant/weight_quantizer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace octet::quant {
namespace {

// The 8-bit grid of a spec: integers [lo, hi], and what divides the largest magnitude.
struct Grid {
  float divisor;
  float lo;
  float hi;
};

Grid GridOf(const ObserverSpec& spec) {
  const float hi = spec.reduce_range ? 63.0f : 127.0f;
  if (spec.formula == Formula::kOctet) return {hi, -hi, hi};
  return {hi + 0.5f, -hi - 1.0f, hi};
}

// To nearest, ties to even, for |x| <= 2^22: adding 1.5 * 2^23 leaves no bits for a fraction. A
// vector loop, which a call of nearbyint would not be. Assumes the default rounding mode.
float RoundHalfToEven(float x) {
  constexpr float kMagic = 0x1.8p23f;
  return (x + kMagic) - kMagic;
}

Status CheckFinite(const float* w, int64_t k, int64_t n) {
  for (int64_t i = 0; i < k; ++i) {
    const float* row = w + i * n;
    bool finite = true;  // no early exit: a vector loop
    for (int64_t j = 0; j < n; ++j) {
      finite &= std::fabs(row[j]) <= std::numeric_limits<float>::max();
    }
    if (finite) continue;
    const int64_t j = std::find_if(row, row + n, [](float x) { return !std::isfinite(x); }) - row;
    const std::string_view what = std::isnan(row[j]) ? "NaN" : row[j] > 0 ? "+Inf" : "-Inf";
    return InvalidModel("element [" + std::to_string(i) + ", " + std::to_string(j) + "] is " +
                        std::string(what) + ", which no 8-bit weight can stand for");
  }
  return {};
}

// The largest magnitude of each column.
void ColumnAbsMax(const float* w, int64_t k, int64_t n, float* absmax) {
  std::fill(absmax, absmax + n, 0.0f);
  for (int64_t i = 0; i < k; ++i) {
    for (int64_t j = 0; j < n; ++j) absmax[j] = std::max(absmax[j], std::fabs(w[i * n + j]));
  }
}

float ScaleOf(float absmax, const ObserverSpec& spec, const Grid& grid) {
  const float scale = absmax / grid.divisor;
  if (spec.formula == Formula::kPyTorch) {
    return std::max(scale, std::numeric_limits<float>::epsilon());
  }
  // A denormal scale would have an infinite inverse and few bits; weights this small round to 0.
  return scale < std::numeric_limits<float>::min() ? 1.0f : scale;
}

void QuantizeRow(const float* w, const float* scale, int64_t n, const ObserverSpec& spec,
                 const Grid& grid, int8_t* q) {
  if (spec.formula == Formula::kPyTorch) {
    for (int64_t j = 0; j < n; ++j) {
      const float rounded = RoundHalfToEven(w[j] * (1.0f / scale[j]));
      q[j] = static_cast<int8_t>(std::clamp(rounded, grid.lo, grid.hi));
    }
    return;
  }
  for (int64_t j = 0; j < n; ++j) {
    q[j] = static_cast<int8_t>(std::clamp(RoundHalfToEven(w[j] / scale[j]), grid.lo, grid.hi));
  }
}

}  // namespace

Result<QuantizedWeight> QuantizeWeight(const ir::Tensor& weight, const ObserverSpec& spec) {
  if (spec.role != Role::kWeight || !spec.symmetric) {
    return Unsupported("weights in " + spec.ToString() +
                       "; octet runs symmetric weights, without a zero point");
  }
  if (weight.dtype() != ir::DType::kF32 || weight.dims().size() != 2) {
    return InvalidArgument("a weight is f32[k, n], not " + weight.type().ToString());
  }
  if (!weight.has_data()) return InvalidArgument("the weight is known by its description only");
  const int64_t k = weight.dims()[0];
  const int64_t n = weight.dims()[1];
  const float* w = weight.as<float>();
  OCTET_RETURN_IF_ERROR(CheckFinite(w, k, n));

  QuantizedWeight out;
  OCTET_ASSIGN_OR_RETURN(out.values, ir::Tensor::Allocate(ir::DType::kI8, {k, n}));
  OCTET_ASSIGN_OR_RETURN(out.scale, ir::Tensor::Allocate(ir::DType::kF32, {n}));
  OCTET_ASSIGN_OR_RETURN(out.zero_point, ir::Tensor::Allocate(ir::DType::kI32, {n}));
  auto* scale = static_cast<float*>(out.scale.mutable_data());
  auto* q = static_cast<int8_t*>(out.values.mutable_data());
  ColumnAbsMax(w, k, n, scale);
  if (spec.granularity == Granularity::kPerTensor && n > 0) {
    std::fill(scale, scale + n, *std::max_element(scale, scale + n));
  }
  const Grid grid = GridOf(spec);
  for (int64_t j = 0; j < n; ++j) scale[j] = ScaleOf(scale[j], spec, grid);
  for (int64_t i = 0; i < k; ++i) QuantizeRow(w + i * n, scale, n, spec, grid, q + i * n);
  return out;
}

Result<ir::Tensor> ToFloat(const ir::Tensor& values) {
  if (values.dtype() == ir::DType::kF32) return values;
  OCTET_ASSIGN_OR_RETURN(ir::Tensor out, ir::Tensor::Allocate(ir::DType::kF32, values.dims()));
  const auto* from = values.as<int8_t>();
  std::copy(from, from + values.num_elements(), static_cast<float*>(out.mutable_data()));
  return out;
}

Result<ir::Tensor> Dequantize(const ir::Tensor& values, std::span<const float> scale,
                              std::span<const int32_t> zero_point) {
  if (!values.has_data()) return InvalidArgument("the weight is known by its description only");
  const int64_t k = values.dims()[0];
  const int64_t n = values.dims()[1];
  if (std::ssize(scale) != n || std::ssize(zero_point) != n) {
    return InvalidArgument("a weight of " + std::to_string(n) + " channels has " +
                           std::to_string(scale.size()) + " scales and " +
                           std::to_string(zero_point.size()) + " zero points");
  }
  OCTET_ASSIGN_OR_RETURN(const ir::Tensor integers, ToFloat(values));
  OCTET_ASSIGN_OR_RETURN(ir::Tensor out, ir::Tensor::Allocate(ir::DType::kF32, {k, n}));
  const auto* q = integers.as<float>();
  auto* w = static_cast<float*>(out.mutable_data());
  for (int64_t i = 0; i < k; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      const auto c = static_cast<size_t>(j);
      w[i * n + j] = (q[i * n + j] - static_cast<float>(zero_point[c])) * scale[c];
    }
  }
  return out;
}

}  // namespace octet::quant
