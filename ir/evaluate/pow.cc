// Evaluation of Pow. Powers with the exponents that models use are exact or computed by
// multiplication, in double precision, so their bits are the same on every CPU:
//   - whole exponents up to 64 in magnitude: repeated squaring (and a division when negative);
//   - 0.5: square root.
// Other exponents go to Pow of elementary_functions.h.
#include <cmath>
#include <limits>

#include "ir/elementary_functions.h"
#include "ir/evaluate/dispatch.h"
#include "ir/evaluate/internal.h"
#include "ir/evaluate/strided.h"

namespace octet::ir {
namespace {

// With greater exponents repeated squaring would lose more than the last few bits of a double.
constexpr double kMaxWholeExponent = 64;

template <typename T>
T Power(T base, uint64_t exponent) {
  T result = 1;
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result *= base;
    base *= base;
  }
  return result;
}

double FloatPower(double x, double y) {
  // IEEE's pow(-0, 0.5) is +0 and pow(-inf, 0.5) is +inf; sqrt's are -0 and NaN.
  if (y == 0.5) return std::isinf(x) ? std::fabs(x) : std::sqrt(x) + 0.0;
  if (y == std::trunc(y) && std::fabs(y) <= kMaxWholeExponent) {
    const double power = Power(x, static_cast<uint64_t>(std::fabs(y)));
    return y < 0 ? 1 / power : power;
  }
  return Pow(x, y);
}

// Powers with whole exponents wrap as repeated multiplication does. With a negative or fractional
// exponent the power is truncated toward zero, and a result out of range becomes the nearest end of
// the range.
template <typename T>
T IntegerPower(T x, double y) {
  if (y >= 0 && y == std::trunc(y) && y < 0x1p63) {
    return static_cast<T>(Power(static_cast<uint64_t>(x), static_cast<uint64_t>(y)));
  }
  const double power = FloatPower(static_cast<double>(x), y);
  if (std::isnan(power)) return 0;
  if (power >= static_cast<double>(std::numeric_limits<T>::max())) {
    return std::numeric_limits<T>::max();
  }
  if (power <= static_cast<double>(std::numeric_limits<T>::lowest())) {
    return std::numeric_limits<T>::lowest();
  }
  return static_cast<T>(power);
}

template <typename T>
T PowerOf(T x, double y) {
  if constexpr (std::is_integral_v<T>) return IntegerPower(x, y);
  return static_cast<T>(FloatPower(static_cast<double>(x), y));
}

template <typename T, typename E>
void Run(const EvalContext& context) {
  const BroadcastRuns runs(context.inputs, context.output.dims);
  runs.ForEach([&](int64_t at, const BroadcastRuns::Offsets& offsets) {
    const T* x = context.inputs[0].as<T>() + offsets[0];
    const E* y = context.inputs[1].as<E>() + offsets[1];
    T* out = context.output.as<T>() + at;
    const int64_t x_step = runs.step(0);
    const int64_t y_step = runs.step(1);
    if constexpr (std::is_floating_point_v<T>) {
      // Squares, as in a variance, and cubes, as in the tanh form of GELU, get loops that
      // vectorize. The bits are those of FloatPower.
      if (x_step == 1 && y_step == 0 && *y == E{2}) {
        for (int64_t i = 0; i < runs.length(); ++i) out[i] = x[i] * x[i];
        return;
      }
      if (x_step == 1 && y_step == 0 && *y == E{3}) {
        for (int64_t i = 0; i < runs.length(); ++i) {
          const auto wide = static_cast<double>(x[i]);
          out[i] = static_cast<T>(wide * (wide * wide));
        }
        return;
      }
    }
    for (int64_t i = 0; i < runs.length(); ++i) {
      out[i] = PowerOf(x[i * x_step], static_cast<double>(y[i * y_step]));
    }
  });
}

}  // namespace

Status EvaluatePow(const EvalContext& context) {
  VisitArithmetic(context.inputs[0].dtype, [&]<typename T>(std::type_identity<T>) {
    VisitArithmetic(context.inputs[1].dtype,
                    [&]<typename E>(std::type_identity<E>) { Run<T, E>(context); });
  });
  return {};
}

}  // namespace octet::ir
