#include "runtime/steps/activation_scheme.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace octet::runtime {
namespace {

constexpr float kSmallestOctetScale = std::numeric_limits<float>::min();

QuantParams ChooseOctetSymmetric(const ValueRange& range, int levels) {
  const int half = levels / 2;
  const float scale = std::max(-range.lo, range.hi) / static_cast<float>(half);
  return {scale < kSmallestOctetScale ? 1.0f : scale, half + 1};
}

QuantParams ChooseOctetAffine(const ValueRange& range, int levels) {
  const auto most = static_cast<float>(levels);
  const float scale = range.hi / most - range.lo / most;
  if (scale < kSmallestOctetScale) return {1.0f, 0};
  return {scale, static_cast<int32_t>(std::nearbyint(-range.lo * (1.0f / scale)))};
}

QuantParams ChoosePyTorchAffine(const ValueRange& range, int most) {
  constexpr float kSmallestScale = 6.1e-5f;
  const double levels = most;
  float lo = range.lo;
  float hi = range.hi;
  double scale = (static_cast<double>(hi) - lo) / levels;
  const auto single = static_cast<float>(scale);
  if (single == 0.0f || std::isinf(1.0f / single)) scale = 0.1;
  if (scale < kSmallestScale) {
    const auto amplifier = kSmallestScale / static_cast<float>(scale);
    scale = kSmallestScale;
    if (lo == 0.0f) {
      hi = kSmallestScale * static_cast<float>(levels);
    } else if (hi == 0.0f) {
      lo = -kSmallestScale * static_cast<float>(levels);
    } else {
      lo *= amplifier;
      hi *= amplifier;
    }
  }
  // Of the zero points that either end asks for, the one with the smaller rounding error.
  const double from_lo = -lo / scale;
  const double from_hi = levels - hi / scale;
  const double error_lo = -std::abs(lo / scale);
  const double error_hi = levels - std::abs(hi / scale);
  const double zero_point = error_lo < error_hi ? from_lo : from_hi;
  return {static_cast<float>(scale),
          static_cast<int32_t>(std::nearbyint(std::clamp(zero_point, 0.0, levels)))};
}

constexpr ActivationScheme kSchemes[] = {
    {false, ir::Formula::kOctet, ChooseOctetAffine, &kernels::KernelTable::quantize_rows},
    {true, ir::Formula::kOctet, ChooseOctetSymmetric, nullptr},
    {false, ir::Formula::kPyTorch, ChoosePyTorchAffine, nullptr},
};

}  // namespace

const ActivationScheme* FindActivationScheme(const ir::ObserverSpec& observer) {
  for (const ActivationScheme& scheme : kSchemes) {
    if (scheme.symmetric == observer.symmetric && scheme.formula == observer.formula) {
      return &scheme;
    }
  }
  return nullptr;
}

kernels::QuantizeRowsFn FindQuantizeKernel(const ir::ObserverSpec& observer,
                                           const kernels::KernelTable& kernels) {
  const ActivationScheme* scheme = FindActivationScheme(observer);
  const bool covered = observer.granularity == ir::Granularity::kPerRow && !observer.reduce_range;
  if (scheme == nullptr || scheme->kernel == nullptr || !covered) return nullptr;
  return kernels.*scheme->kernel;
}

QuantParams ChooseParams(const ir::ObserverSpec& observer, const ActivationScheme& scheme,
                         const ValueRange& range) {
  if (!range.finite) return {std::numeric_limits<float>::quiet_NaN(), 0};
  return scheme.choose(range, observer.reduce_range ? 127 : 255);
}

void ValueRange::Include(const float* x, int64_t n) {
  float least = lo;
  float most = hi;
  bool all_finite = true;
  for (int64_t i = 0; i < n; ++i) {
    least = x[i] < least ? x[i] : least;
    most = x[i] > most ? x[i] : most;
    // x - x is 0, or NaN when x is NaN or infinite.
    all_finite &= x[i] - x[i] == 0;
  }
  lo = least;
  hi = most;
  finite &= all_finite;
}

void ValueRange::Include(const ValueRange& other) {
  lo = std::min(lo, other.lo);
  hi = std::max(hi, other.hi);
  finite &= other.finite;
}

void QuantizeWith(const QuantParams& params, const float* x, int64_t n, uint8_t* q) {
  if (std::isnan(params.scale)) {
    std::fill_n(q, n, uint8_t{0});
    return;
  }
  const float inverse = 1.0f / params.scale;
  const auto zero_point = static_cast<float>(params.zero_point);
  for (int64_t i = 0; i < n; ++i) {
    const float level = std::nearbyint(x[i] * inverse) + zero_point;
    q[i] = static_cast<uint8_t>(std::clamp(level, 0.0f, 255.0f));
  }
}

}  // namespace octet::runtime
