#include "ir/passes/simplify.h"

#include <algorithm>
#include <cstring>

#include "ir/evaluate/dispatch.h"
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

// Longer constants are not searched for equal elements: exporters write neutral constants as
// scalars and rows, and many ops may share a long constant.
constexpr int64_t kMaxSearched = 1 << 16;

// Whether `value` is a constant whose elements all have the bits of `element`, as its own dtype.
bool IsSplatOf(const Value* value, double element) {
  const Tensor* tensor = value->constant();
  if (!tensor || !tensor->has_data() || tensor->num_elements() > kMaxSearched) return false;
  bool equal = false;
  VisitArithmetic(tensor->dtype(), [&]<typename T>(std::type_identity<T>) {
    const T expected = static_cast<T>(element);
    const T* data = tensor->as<T>();
    equal = std::all_of(data, data + tensor->num_elements(),
                        [&](T x) { return std::memcmp(&x, &expected, sizeof(T)) == 0; });
  });
  return equal;
}

bool IsBoolSplatOf(const Value* value, bool element) {
  const Tensor* tensor = value->constant();
  if (!tensor || !tensor->has_data() || tensor->num_elements() > kMaxSearched) return false;
  const auto* data = tensor->as<uint8_t>();
  return std::all_of(data, data + tensor->num_elements(),
                     [&](uint8_t x) { return (x != 0) == element; });
}

// The operand that an arithmetic or logical op returns unchanged, or nullptr.
Value* NeutralOperand(const Op& op) {
  Value* x = op.operand(0);
  Value* y = op.operand(1);
  const auto neutral = [&](const Value* value) {
    // An expand only repeats its elements.
    if (const Op* expand = DefinedBy(value, OpKind::kExpand)) value = expand->operand(0);
    switch (op.kind()) {
      case OpKind::kAdd:
        return IsSplatOf(value, IsFloat(value->dtype()) ? -0.0 : 0.0);
      case OpKind::kSub:
        return IsSplatOf(value, 0.0);
      case OpKind::kMul:
      case OpKind::kDiv:
        return IsSplatOf(value, 1.0);
      case OpKind::kAnd:
        return IsBoolSplatOf(value, true);
      default:  // or
        return IsBoolSplatOf(value, false);
    }
  };
  const bool commutes = op.kind() != OpKind::kSub && op.kind() != OpKind::kDiv;
  const Type& type = op.result()->type();
  if (x->type() == type && neutral(y)) return x;
  if (commutes && y->type() == type && neutral(x)) return y;
  return nullptr;
}

Result<Simplified> Create(Rewriter& rewriter, OpKind kind, Value* x, Attributes attributes) {
  OCTET_ASSIGN_OR_RETURN(Value * value, rewriter.CreateValue(kind, {x}, std::move(attributes)));
  return Simplified{value, true};
}

// Reshape and Expand: of two in a row only the last one counts.
Result<Simplified> SimplifyLast(const Op& op, Rewriter& rewriter) {
  Value* x = op.operand(0);
  const Type& type = op.result()->type();
  if (x->type() == type) return Simplified{x};
  const Op* first = DefinedBy(x, op.kind());
  if (!first) return Simplified{};
  Value* origin = first->operand(0);
  if (origin->type() == type) return Simplified{origin};
  // If the run checks the first reshape, the last one alone might not be valid.
  const bool same_count = NumElements(origin->shape()) == NumElements(type.shape);
  if (op.kind() == OpKind::kReshape && !same_count) return Simplified{};
  return Create(rewriter, op.kind(), origin, {{"shape", type.shape}});
}

Result<Simplified> SimplifyTranspose(const Op& op, Rewriter& rewriter) {
  std::vector<int64_t> perm = op.ints_attr("perm");
  Value* x = op.operand(0);
  const Op* first = DefinedBy(x, OpKind::kTranspose);
  if (first) {
    x = first->operand(0);
    for (int64_t& axis : perm) axis = first->ints_attr("perm")[static_cast<size_t>(axis)];
  }
  if (std::is_sorted(perm.begin(), perm.end())) return Simplified{x};
  if (!first) return Simplified{};
  return Create(rewriter, OpKind::kTranspose, x, {{"perm", std::move(perm)}});
}

bool TakesEverything(const Op& slice) {
  const Shape& starts = SliceOp(slice).starts();
  const std::vector<int64_t>& steps = SliceOp(slice).steps();
  return SliceOp(slice).x()->type() == slice.result()->type() &&
         std::all_of(starts.begin(), starts.end(), [](const Dim& d) { return d == Dim(0); }) &&
         std::all_of(steps.begin(), steps.end(), [](int64_t step) { return step == 1; });
}

Result<Simplified> SimplifyWhere(const Op& op, Rewriter& rewriter) {
  const WhereOp where(op);
  Value* chosen = nullptr;
  if (where.a() == where.b() || IsBoolSplatOf(where.condition(), true)) {
    chosen = where.a();
  } else if (IsBoolSplatOf(where.condition(), false)) {
    chosen = where.b();
  }
  const Type& type = op.result()->type();
  if (!chosen || chosen->type() == type) return Simplified{chosen};
  return Create(rewriter, OpKind::kExpand, chosen, {{"shape", type.shape}});
}

}  // namespace

Result<Simplified> Simplify(const Op& op, Rewriter& rewriter) {
  switch (op.kind()) {
    case OpKind::kReshape:
    case OpKind::kExpand:
      return SimplifyLast(op, rewriter);
    case OpKind::kTranspose:
      return SimplifyTranspose(op, rewriter);
    case OpKind::kCast:
      if (op.operand(0)->dtype() == op.result()->dtype()) return Simplified{op.operand(0)};
      return Simplified{};
    case OpKind::kSlice:
      if (TakesEverything(op)) return Simplified{op.operand(0)};
      return Simplified{};
    case OpKind::kConcat:
      if (op.num_operands() == 1) return Simplified{op.operand(0)};
      return Simplified{};
    case OpKind::kReduceMean:
    case OpKind::kReduceSum:
    case OpKind::kReduceProd:
    case OpKind::kReduceMax:
    case OpKind::kReduceMin:
      if (op.ints_attr("axes").empty()) return Simplified{op.operand(0)};
      return Simplified{};
    case OpKind::kWhere:
      return SimplifyWhere(op, rewriter);
    case OpKind::kAdd:
    case OpKind::kSub:
    case OpKind::kMul:
    case OpKind::kDiv:
    case OpKind::kAnd:
    case OpKind::kOr:
      return Simplified{NeutralOperand(op)};
    default:
      return Simplified{};
  }
}

}  // namespace octet::ir
