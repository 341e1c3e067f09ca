#include "runtime/steps/activation_scheme.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace octet::runtime {
namespace {

QuantParams ChooseOctet(const ActivationScheme& scheme, const ValueRange& range) {
  const int half = scheme.levels / 2;
  const auto levels = static_cast<float>(scheme.levels);
  const float scale = scheme.symmetric ? std::max(-range.lo, range.hi) / static_cast<float>(half)
                                       : range.hi / levels - range.lo / levels;
  const bool tiny = scale < std::numeric_limits<float>::min();
  if (scheme.symmetric) return {tiny ? 1.0f : scale, half + 1};
  if (tiny) return {1.0f, 0};
  return {scale, static_cast<int32_t>(std::nearbyint(-range.lo * (1.0f / scale)))};
}

QuantParams ChoosePyTorch(const ActivationScheme& scheme, const ValueRange& range) {
  constexpr float kSmallestScale = 6.1e-5f;
  const double levels = scheme.levels;
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

}  // namespace

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

QuantParams ActivationScheme::Choose(const ValueRange& range) const {
  if (!range.finite) return {std::numeric_limits<float>::quiet_NaN(), 0};
  return pytorch ? ChoosePyTorch(*this, range) : ChooseOctet(*this, range);
}

Result<ActivationScheme> ParseActivationScheme(std::string_view observer) {
  for (const bool per_tensor : {false, true}) {
    for (const bool symmetric : {false, true}) {
      for (const bool reduced : {false, true}) {
        for (const bool pytorch : {false, true}) {
          std::string name = per_tensor ? "per_tensor" : "per_token";
          name += symmetric ? "_symmetric" : "_affine";
          name += reduced ? "_u7" : "_u8";
          if (pytorch) name += "_pytorch";
          if (name != observer) continue;
          if (symmetric && pytorch) {
            return Unsupported("PyTorch has no symmetric dynamic activations ('" + name + "')");
          }
          return ActivationScheme{per_tensor, symmetric, reduced ? 127 : 255, pytorch};
        }
      }
    }
  }
  return InvalidArgument("'" + Printable(observer) + "' is no observer of activations");
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
