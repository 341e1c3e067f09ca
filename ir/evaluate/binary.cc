// Evaluation of the binary elementwise ops and Where. Integers wrap (two's complement); floats
// follow IEEE, and Min and Max with a NaN give NaN.
#include <algorithm>
#include <cmath>

#include "ir/evaluate/dispatch.h"
#include "ir/evaluate/internal.h"
#include "ir/evaluate/strided.h"

namespace octet::ir {
namespace {

// Computes in uint64_t, where wrapping is defined, and keeps the low bits.
template <typename T>
constexpr uint64_t Bits(T x) {
  return static_cast<uint64_t>(x);
}

struct AddOp {
  template <typename T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) return static_cast<T>(Bits(a) + Bits(b));
    return static_cast<T>(a + b);
  }
};
struct SubOp {
  template <typename T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) return static_cast<T>(Bits(a) - Bits(b));
    return static_cast<T>(a - b);
  }
};
struct MulOp {
  template <typename T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) return static_cast<T>(Bits(a) * Bits(b));
    return static_cast<T>(a * b);
  }
};
// Integers truncate toward zero and need b != 0; the lowest number divided by -1 wraps to itself.
struct DivOp {
  template <typename T>
  T operator()(T a, T b) const {
    if constexpr (std::is_signed_v<T> && std::is_integral_v<T>) {
      if (b == -1) return static_cast<T>(-Bits(a));
    }
    return static_cast<T>(a / b);
  }
};
// The remainder with the sign of the dividend, as in C.
struct RemainderOp {
  template <typename T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      return std::fmod(a, b);  // exact
    } else {
      // The quotient of the lowest number and -1 does not fit in T.
      return std::is_signed_v<T> && b == static_cast<T>(-1) ? T{0} : static_cast<T>(a % b);
    }
  }
};
// The remainder with the sign of the divisor, as in Python; so has a remainder of 0 in floats.
struct ModuloOp {
  template <typename T>
  T operator()(T a, T b) const {
    const T remainder = RemainderOp()(a, b);
    if constexpr (std::is_floating_point_v<T>) {
      if (remainder == 0) return std::copysign(remainder, b);
    }
    const bool moves = remainder != T{0} && (remainder < T{0}) != (b < T{0});
    return moves ? static_cast<T>(remainder + b) : remainder;
  }
};
struct MinOp {
  template <typename T>
  T operator()(T a, T b) const {
    return a < b || a != a ? a : b;
  }
};
struct MaxOp {
  template <typename T>
  T operator()(T a, T b) const {
    return a > b || a != a ? a : b;
  }
};
struct EqualOp {
  template <typename T>
  uint8_t operator()(T a, T b) const {
    return a == b ? 1 : 0;
  }
};
struct GreaterOp {
  template <typename T>
  uint8_t operator()(T a, T b) const {
    return a > b ? 1 : 0;
  }
};
struct GreaterOrEqualOp {
  template <typename T>
  uint8_t operator()(T a, T b) const {
    return a >= b ? 1 : 0;
  }
};
// Bools are bytes; every byte but 0 is true.
struct AndOp {
  uint8_t operator()(uint8_t a, uint8_t b) const { return a != 0 && b != 0 ? 1 : 0; }
};
struct OrOp {
  uint8_t operator()(uint8_t a, uint8_t b) const { return a != 0 || b != 0 ? 1 : 0; }
};
struct EqualBoolOp {
  uint8_t operator()(uint8_t a, uint8_t b) const { return (a != 0) == (b != 0) ? 1 : 0; }
};

// One run: a_step and b_step are 1 or 0.
template <typename T, typename R, typename F>
void Loop(const T* a, int64_t a_step, const T* b, int64_t b_step, R* out, int64_t n) {
  const F f;
  if (a_step != 0 && b_step != 0) {
    for (int64_t i = 0; i < n; ++i) out[i] = f(a[i], b[i]);
  } else if (a_step != 0) {
    const T y = *b;
    for (int64_t i = 0; i < n; ++i) out[i] = f(a[i], y);
  } else if (b_step != 0) {
    const T x = *a;
    for (int64_t i = 0; i < n; ++i) out[i] = f(x, b[i]);
  } else {
    std::fill_n(out, n, f(*a, *b));
  }
}

template <typename T, typename F>
void Run(const TensorView& a, const TensorView& b, const MutableTensorView& out) {
  using R = decltype(F()(T(), T()));
  const TensorView operands[] = {a, b};
  const BroadcastRuns runs(operands, out.dims);
  runs.ForEach([&](int64_t at, const BroadcastRuns::Offsets& offsets) {
    Loop<T, R, F>(a.as<T>() + offsets[0], runs.step(0), b.as<T>() + offsets[1], runs.step(1),
                  out.as<R>() + at, runs.length());
  });
}

template <typename F>
void RunArithmetic(const TensorView& a, const TensorView& b, const MutableTensorView& out) {
  VisitArithmetic(a.dtype, [&]<typename T>(std::type_identity<T>) { Run<T, F>(a, b, out); });
}

// One run of Where. Both branches are loaded before the choice, so that the loops vectorize.
template <typename T>
void SelectRun(const uint8_t* condition, int64_t c_step, const T* x, int64_t x_step, const T* y,
               int64_t y_step, T* out, int64_t n) {
  if (c_step != 0 && x_step != 0 && y_step != 0) {
    for (int64_t i = 0; i < n; ++i) {
      const T a = x[i];
      const T b = y[i];
      out[i] = condition[i] != 0 ? a : b;
    }
  } else if (c_step != 0 && x_step != 0) {
    const T b = *y;
    for (int64_t i = 0; i < n; ++i) {
      const T a = x[i];
      out[i] = condition[i] != 0 ? a : b;
    }
  } else if (c_step != 0 && y_step != 0) {
    const T a = *x;
    for (int64_t i = 0; i < n; ++i) {
      const T b = y[i];
      out[i] = condition[i] != 0 ? a : b;
    }
  } else {
    for (int64_t i = 0; i < n; ++i) {
      out[i] = condition[i * c_step] != 0 ? x[i * x_step] : y[i * y_step];
    }
  }
}

Status CheckDivisor(const TensorView& b) {
  bool has_zero = false;
  VisitArithmetic(b.dtype, [&]<typename T>(std::type_identity<T>) {
    if constexpr (std::is_integral_v<T>) {
      const T* end = b.as<T>() + b.num_elements();
      has_zero = std::find(b.as<T>(), end, T{0}) != end;
    }
  });
  return has_zero ? InvalidArgument("integer division by zero") : Status();
}

}  // namespace

Status EvaluateBinary(const EvalContext& context) {
  const TensorView& a = context.inputs[0];
  const TensorView& b = context.inputs[1];
  const MutableTensorView& out = context.output;
  switch (context.op.kind()) {
    case OpKind::kAdd:
      RunArithmetic<AddOp>(a, b, out);
      return {};
    case OpKind::kSub:
      RunArithmetic<SubOp>(a, b, out);
      return {};
    case OpKind::kMul:
      RunArithmetic<MulOp>(a, b, out);
      return {};
    case OpKind::kDiv:
      if (out.num_elements() > 0) OCTET_RETURN_IF_ERROR(CheckDivisor(b));
      RunArithmetic<DivOp>(a, b, out);
      return {};
    case OpKind::kMod:
      if (out.num_elements() > 0) OCTET_RETURN_IF_ERROR(CheckDivisor(b));
      if (context.op.int_attr("fmod") != 0) {
        RunArithmetic<RemainderOp>(a, b, out);
      } else {
        RunArithmetic<ModuloOp>(a, b, out);
      }
      return {};
    case OpKind::kMin:
      RunArithmetic<MinOp>(a, b, out);
      return {};
    case OpKind::kMax:
      RunArithmetic<MaxOp>(a, b, out);
      return {};
    case OpKind::kEqual:
      if (a.dtype == DType::kBool) {
        Run<uint8_t, EqualBoolOp>(a, b, out);
      } else {
        RunArithmetic<EqualOp>(a, b, out);
      }
      return {};
    case OpKind::kGreater:
      RunArithmetic<GreaterOp>(a, b, out);
      return {};
    case OpKind::kGreaterOrEqual:
      RunArithmetic<GreaterOrEqualOp>(a, b, out);
      return {};
    case OpKind::kLess:
      RunArithmetic<GreaterOp>(b, a, out);
      return {};
    case OpKind::kLessOrEqual:
      RunArithmetic<GreaterOrEqualOp>(b, a, out);
      return {};
    case OpKind::kAnd:
      Run<uint8_t, AndOp>(a, b, out);
      return {};
    case OpKind::kOr:
      Run<uint8_t, OrOp>(a, b, out);
      return {};
    default:
      return Internal("not a binary op");
  }
}

Status EvaluateWhere(const EvalContext& context) {
  const BroadcastRuns runs(context.inputs, context.output.dims);
  VisitElementSize(context.output.dtype, [&]<typename T>(std::type_identity<T>) {
    runs.ForEach([&](int64_t at, const BroadcastRuns::Offsets& offsets) {
      const uint8_t* condition = context.inputs[0].as<uint8_t>() + offsets[0];
      const T* x = context.inputs[1].as<T>() + offsets[1];
      const T* y = context.inputs[2].as<T>() + offsets[2];
      SelectRun(condition, runs.step(0), x, runs.step(1), y, runs.step(2),
                context.output.as<T>() + at, runs.length());
    });
  });
  return {};
}

}  // namespace octet::ir
