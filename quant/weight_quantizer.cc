#include "quant/weight_quantizer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace octet::quant {
namespace {

using ir::Formula;
using ir::ObserverSpec;

// The integers of a scheme, [lo, hi].
struct Grid {
  float lo;
  float hi;
};

// A range of weights that includes 0.
struct Range {
  float lo;
  float hi;
};

// The ranges of the columns of a weight.
struct Ranges {
  std::vector<float> lo;
  std::vector<float> hi;
};

struct QuantParams {
  float scale;
  int32_t zero_point;
};

// To nearest, ties to even, for |x| <= 2^22: adding 1.5 * 2^23 leaves no bits for a fraction. A
// vector loop, which a call of nearbyint would not be. Assumes the default rounding mode.
float RoundHalfToEven(float x) {
  constexpr float kMagic = 0x1.8p23f;
  return (x + kMagic) - kMagic;
}

// A denormal scale would have an infinite inverse and few bits; weights this small round to 0.
constexpr float kOctetSmallest = std::numeric_limits<float>::min();
constexpr float kPyTorchSmallest = std::numeric_limits<float>::epsilon();

Status CheckFinite(const float* w, int64_t k, int64_t n) {
  if (n == 0) return {};  // however many rows there are
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

Ranges ColumnRanges(const float* w, int64_t k, int64_t n) {
  const auto size = static_cast<size_t>(n);
  Ranges ranges = {std::vector<float>(size, 0.0f), std::vector<float>(size, 0.0f)};
  float* lo = ranges.lo.data();
  float* hi = ranges.hi.data();
  for (int64_t i = 0; i < k && n > 0; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      lo[j] = std::min(lo[j], w[i * n + j]);
      hi[j] = std::max(hi[j], w[i * n + j]);
    }
  }
  return ranges;
}

QuantParams ChooseOctetSymmetric(const Range& range, const Grid& grid) {
  const float scale = std::max(-range.lo, range.hi) / grid.hi;
  return {scale < kOctetSmallest ? 1.0f : scale, 0};
}

QuantParams ChooseOctetAffine(const Range& range, const Grid& grid) {
  const float levels = grid.hi - grid.lo;
  // hi - lo may overflow; this difference cannot.
  const float scale = range.hi / levels - range.lo / levels;
  if (scale < kOctetSmallest) return {1.0f, 0};
  return {scale, static_cast<int32_t>(RoundHalfToEven(-range.lo * (1.0f / scale)) + grid.lo)};
}

QuantParams ChoosePyTorchSymmetric(const Range& range, const Grid& grid) {
  const float absmax = std::max(-range.lo, range.hi);
  return {std::max(absmax / (grid.hi + 0.5f), kPyTorchSmallest), 0};
}

QuantParams ChoosePyTorchAffine(const Range& range, const Grid& grid) {
  const float width = std::min(range.hi - range.lo, std::numeric_limits<float>::max());
  const float scale = std::max(width / (grid.hi - grid.lo), kPyTorchSmallest);
  const float zero_point = grid.lo - RoundHalfToEven(range.lo / scale);
  return {scale, static_cast<int32_t>(std::clamp(zero_point, grid.lo, grid.hi))};
}

// The integers q[n] of the weights w[n] of n channels.
using QuantizeRowFn = void (*)(const float* w, const float* scale, const int32_t* zero_point,
                               int64_t n, const Grid& grid, int8_t* q);

// w / s, without a zero point.
void QuantizeByQuotient(const float* w, const float* scale, const int32_t*, int64_t n,
                        const Grid& grid, int8_t* q) {
  for (int64_t j = 0; j < n; ++j) {
    q[j] = static_cast<int8_t>(std::clamp(RoundHalfToEven(w[j] / scale[j]), grid.lo, grid.hi));
  }
}

// w * (1 / s) + zp
void QuantizeByInverse(const float* w, const float* scale, const int32_t* zero_point, int64_t n,
                       const Grid& grid, int8_t* q) {
  for (int64_t j = 0; j < n; ++j) {
    const float level =
        RoundHalfToEven(w[j] * (1.0f / scale[j])) + static_cast<float>(zero_point[j]);
    q[j] = static_cast<int8_t>(std::clamp(level, grid.lo, grid.hi));
  }
}

// A row a scheme. Every one runs on the int8 GEMM (runtime/steps/qlinear.h).
struct WeightScheme {
  bool symmetric;
  Formula formula;
  bool uses_lowest;  // -128, or -64 with a reduced range
  QuantParams (*choose)(const Range& range, const Grid& grid);
  QuantizeRowFn quantize_row;
};

constexpr WeightScheme kSchemes[] = {
    {true, Formula::kOctet, false, ChooseOctetSymmetric, QuantizeByQuotient},
    {false, Formula::kOctet, true, ChooseOctetAffine, QuantizeByInverse},
    {true, Formula::kPyTorch, true, ChoosePyTorchSymmetric, QuantizeByInverse},
    {false, Formula::kPyTorch, true, ChoosePyTorchAffine, QuantizeByInverse},
};

const WeightScheme& SchemeOf(const ObserverSpec& spec) {
  return *std::ranges::find_if(kSchemes, [&](const WeightScheme& scheme) {
    return scheme.symmetric == spec.symmetric && scheme.formula == spec.formula;
  });
}

}  // namespace

Result<QuantizedWeight> QuantizeWeight(const ir::Tensor& weight, const ObserverSpec& spec) {
  if (spec.role != ir::ObserverRole::kWeight)
    return InvalidArgument(spec.ToString() + " is for activations");
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
  auto* q = static_cast<int8_t*>(out.values.mutable_data());
  auto* scale = static_cast<float*>(out.scale.mutable_data());
  auto* zero_point = static_cast<int32_t*>(out.zero_point.mutable_data());
  Ranges ranges = ColumnRanges(w, k, n);
  if (spec.granularity == ir::Granularity::kPerTensor && n > 0) {
    std::ranges::fill(ranges.lo, *std::ranges::min_element(ranges.lo));
    std::ranges::fill(ranges.hi, *std::ranges::max_element(ranges.hi));
  }
  const WeightScheme& scheme = SchemeOf(spec);
  const float most = spec.reduce_range ? 63.0f : 127.0f;
  const Grid grid = {scheme.uses_lowest ? -most - 1.0f : -most, most};
  for (size_t j = 0; j < ranges.lo.size(); ++j) {
    const Range range = {ranges.lo[j], ranges.hi[j]};
    const QuantParams params = scheme.choose(range, grid);
    scale[j] = params.scale;
    zero_point[j] = params.zero_point;
  }
  for (int64_t i = 0; i < k && n > 0; ++i) {
    scheme.quantize_row(w + i * n, scale, zero_point, n, grid, q + i * n);
  }
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
  for (int64_t i = 0; i < k && n > 0; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      const auto c = static_cast<size_t>(j);
      w[i * n + j] = (q[i * n + j] - static_cast<float>(zero_point[c])) * scale[c];
    }
  }
  return out;
}

}  // namespace octet::quant
