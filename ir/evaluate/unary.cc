// Evaluation of the unary elementwise ops. Sqrt, division and rounding are IEEE's, hence the same
// on every CPU. For the others see elementary_functions.h.
#include <cmath>

#include "ir/elementary_functions.h"
#include "ir/evaluate/dispatch.h"
#include "ir/evaluate/internal.h"

namespace octet::ir {
namespace {

template <typename T>
T Negate(T x) {
  // The lowest integer wraps to itself.
  if constexpr (std::is_integral_v<T>) return static_cast<T>(-static_cast<uint64_t>(x));
  return static_cast<T>(-x);
}

template <typename T>
T Absolute(T x) {
  if constexpr (std::is_integral_v<T>) return x < T{0} ? Negate(x) : x;
  return static_cast<T>(std::fabs(x));
}

// NaN stays NaN.
template <typename T>
T SignOf(T x) {
  if (x > T{0}) return T{1};
  if constexpr (std::is_signed_v<T> || std::is_floating_point_v<T>) {
    if (x < T{0}) return static_cast<T>(-1);
  }
  return x != x ? x : T{0};
}

// Rounds to nearest, ties to even, whatever the rounding mode of the caller.
template <typename T>
T RoundHalfEven(T x) {
  const T low = std::floor(x);
  const T rest = x - low;  // NaN where x is infinite
  const bool up = rest > T{0.5} || (rest == T{0.5} && low != 2 * std::floor(low / 2));
  // A result of 0 has the sign of x.
  return std::copysign(up ? low + 1 : low, x);
}

template <typename T, typename R, typename F>
void Loop(const EvalContext& context, F f) {
  const T* in = context.inputs[0].as<T>();
  R* out = context.output.as<R>();
  const int64_t n = context.output.num_elements();
  for (int64_t i = 0; i < n; ++i) out[i] = f(in[i]);
}

// Ops on numbers of any kind.
template <typename T>
bool RunNumber(const EvalContext& context) {
  switch (context.op.kind()) {
    case OpKind::kNeg:
      Loop<T, T>(context, Negate<T>);
      return true;
    case OpKind::kAbs:
      Loop<T, T>(context, Absolute<T>);
      return true;
    case OpKind::kRelu:
      // Written so that NaN stays NaN.
      Loop<T, T>(context, [](T x) { return x < T{0} ? T{0} : x; });
      return true;
    case OpKind::kSign:
      Loop<T, T>(context, SignOf<T>);
      return true;
    default:
      return false;
  }
}

template <typename T>
bool RunFloat(const EvalContext& context) {
  switch (context.op.kind()) {
    case OpKind::kSqrt:
      Loop<T, T>(context, [](T x) { return std::sqrt(x); });
      return true;
    case OpKind::kReciprocal:
      Loop<T, T>(context, [](T x) { return T{1} / x; });
      return true;
    case OpKind::kCeil:
      Loop<T, T>(context, [](T x) { return std::ceil(x); });
      return true;
    case OpKind::kFloor:
      Loop<T, T>(context, [](T x) { return std::floor(x); });
      return true;
    case OpKind::kRound:
      Loop<T, T>(context, RoundHalfEven<T>);
      return true;
    case OpKind::kLog:
      Loop<T, T>(context, [](T x) { return static_cast<T>(Log(static_cast<double>(x))); });
      return true;
    case OpKind::kSin:
      Loop<T, T>(context, [](T x) { return static_cast<T>(Sin(static_cast<double>(x))); });
      return true;
    case OpKind::kCos:
      Loop<T, T>(context, [](T x) { return static_cast<T>(Cos(static_cast<double>(x))); });
      return true;
    case OpKind::kAtan:
      Loop<T, T>(context, [](T x) { return static_cast<T>(Atan(static_cast<double>(x))); });
      return true;
    case OpKind::kIsNan:
      Loop<T, uint8_t>(context, [](T x) { return static_cast<uint8_t>(std::isnan(x) ? 1 : 0); });
      return true;
    default:
      return false;
  }
}

}  // namespace

Status EvaluateUnary(const EvalContext& context) {
  if (context.op.kind() == OpKind::kNot) {
    Loop<uint8_t, uint8_t>(context, [](uint8_t x) { return static_cast<uint8_t>(x == 0 ? 1 : 0); });
    return {};
  }
  bool done = false;
  VisitArithmetic(context.inputs[0].dtype, [&]<typename T>(std::type_identity<T>) {
    done = RunNumber<T>(context);
    if constexpr (std::is_floating_point_v<T>) done = done || RunFloat<T>(context);
  });
  return done ? Status() : Internal("not a unary op of this dtype");
}

}  // namespace octet::ir
