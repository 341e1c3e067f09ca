#include "ir/infer/contents.h"

#include <limits>

#include "ir/infer/util.h"

namespace octet::ir {
namespace {

std::optional<Dim> Decide(std::optional<bool> truth) {
  return truth ? std::optional(Dim(*truth ? 1 : 0)) : std::nullopt;
}

// A quotient rounded toward zero, as in Evaluate. It equals the floor if nothing is negative.
std::optional<Dim> Divide(const Dim& x, const Dim& y) {
  if (y == Dim(0)) return std::nullopt;
  if (y == Dim(-1)) return x.Times(-1);
  if (const auto exact = x.DividedBy(y)) return exact;
  if (x.is_static() && y.is_static()) return Dim(x.constant() / y.constant());
  if (IsNonNegative(x) && IsNonNegative(y)) return x.FloorDividedBy(y);
  return std::nullopt;
}

std::optional<Dim> AbsoluteValue(const Dim& x) {
  const auto negated = x.Times(-1);
  return negated ? Dim::Max(x, *negated) : std::nullopt;
}

// The remainder with the sign of the divisor, or with `fmod` that of the dividend. Division by 0 is
// left to Evaluate, which refuses it.
std::optional<Dim> Remainder(const Dim& x, const Dim& y, bool fmod) {
  if (y == Dim(0)) return std::nullopt;
  if (!x.is_static() || !y.is_static()) {
    // x - y * floor(x / y) has the sign of the divisor. It also has that of a dividend that is not
    // negative.
    if (!IsNonNegative(y) || (fmod && !IsNonNegative(x))) return std::nullopt;
    const auto quotient = x.FloorDividedBy(y);
    const auto product = quotient ? quotient->Times(y) : std::nullopt;
    return product ? x.Minus(*product) : std::nullopt;
  }
  const int64_t divisor = y.constant();
  if (divisor == -1) return Dim(0);  // % would trap for the lowest number
  const int64_t remainder = x.constant() % divisor;
  const bool moves = !fmod && remainder != 0 && (remainder < 0) != (divisor < 0);
  return Dim(moves ? remainder + divisor : remainder);
}

std::optional<Dim> Compute(OpKind kind, const Dim& x, const Dim& y) {
  switch (kind) {
    case OpKind::kAdd:
      return x.Plus(y);
    case OpKind::kSub:
      return x.Minus(y);
    case OpKind::kMul:
      return x.Times(y);
    case OpKind::kDiv:
      return Divide(x, y);
    case OpKind::kMin:
      return Dim::Min(x, y);
    case OpKind::kMax:
      return Dim::Max(x, y);
    case OpKind::kEqual:
      return Decide(IsEqual(x, y));
    case OpKind::kLess:
      return Decide(IsLess(x, y));
    case OpKind::kLessOrEqual:
      return Decide(IsLessOrEqual(x, y));
    case OpKind::kGreater:
      return Decide(IsLess(y, x));
    case OpKind::kGreaterOrEqual:
      return Decide(IsLessOrEqual(y, x));
    case OpKind::kAnd:
      return Dim(x != Dim(0) && y != Dim(0) ? 1 : 0);
    case OpKind::kOr:
      return Dim(x != Dim(0) || y != Dim(0) ? 1 : 0);
    default:
      return std::nullopt;
  }
}

// Drops a number that i32 arithmetic would wrap; Evaluate computes it.
std::optional<Dim> InRange(DType dtype, std::optional<Dim> x) {
  if (!x || dtype != DType::kI32) return x;
  constexpr int64_t kLow = std::numeric_limits<int32_t>::min();
  constexpr int64_t kHigh = std::numeric_limits<int32_t>::max();
  const DimBounds bounds = BoundsOf(*x);
  if ((bounds.low && *bounds.low > kHigh) || (bounds.high && *bounds.high < kLow)) {
    return std::nullopt;
  }
  return x;
}

// Whether a sum, difference or product of dimensions does not fit in the limits of a Dim.
bool IsTooLarge(OpKind kind, const Dim& x, const Dim& y) {
  const bool is_polynomial = kind == OpKind::kAdd || kind == OpKind::kSub || kind == OpKind::kMul;
  return is_polynomial && (!x.is_static() || !y.is_static()) && !Compute(kind, x, y);
}

}  // namespace

std::optional<Dim> ApplyUnary(OpKind kind, DType dtype, const Dim& x) {
  switch (kind) {
    case OpKind::kNot:
      return Dim(x == Dim(0) ? 1 : 0);
    case OpKind::kNeg:
      return InRange(dtype, x.Times(-1));
    case OpKind::kAbs:
      return InRange(dtype, AbsoluteValue(x));
    case OpKind::kRelu:
      return Dim::Max(x, 0);
    default:
      return std::nullopt;
  }
}

std::optional<Dim> ApplyBinary(OpKind kind, DType dtype, const Dim& x, const Dim& y) {
  return InRange(dtype, Compute(kind, x, y));
}

std::optional<Dim> CastElement(DType to, const Dim& x) {
  if (to == DType::kBool) {
    if (!x.is_static()) return std::nullopt;  // s may be 0
    return Dim(x == Dim(0) ? 0 : 1);
  }
  if (to == DType::kI64) return x;
  if (to != DType::kI32) return std::nullopt;
  if (x.is_static()) return Dim(static_cast<int32_t>(x.constant()));
  return InRange(to, x);
}

Status InferElementwiseContents(InferContext* context) {
  const auto size = ContentsSize(context->types[0]);
  if (!size) return {};
  for (const Value* operand : context->operands) {
    if (!operand->contents()) return {};
  }
  // Element i of an operand, which has one element or as many as the result.
  const auto at = [&](size_t operand, size_t i) -> const Dim& {
    const Contents& contents = *context->operands[operand]->contents();
    return contents[contents.size() == 1 ? 0 : i];
  };
  const DType dtype = context->type(0).dtype;
  Contents result;
  for (size_t i = 0; i < static_cast<size_t>(*size); ++i) {
    std::optional<Dim> element;
    if (context->kind == OpKind::kWhere) {
      element = at(0, i) != Dim(0) ? at(1, i) : at(2, i);
    } else if (context->kind == OpKind::kMod) {
      element = Remainder(at(0, i), at(1, i), context->attr<int64_t>("fmod") != 0);
    } else if (context->num_operands() == 2) {
      element = ApplyBinary(context->kind, dtype, at(0, i), at(1, i));
      if (!element && IsTooLarge(context->kind, at(0, i), at(1, i))) {
        return TooLarge(*context, "an element of the result");
      }
    } else {
      element = ApplyUnary(context->kind, dtype, at(0, i));
    }
    if (!element) return {};
    result.push_back(*element);
  }
  context->contents[0] = std::move(result);
  return {};
}

}  // namespace octet::ir
