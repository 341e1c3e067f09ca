// Queries on a graph that several patterns share.
#ifndef OCTET_IR_PASSES_MATCH_H_
#define OCTET_IR_PASSES_MATCH_H_

#include <optional>

#include "ir/op_views.h"
#include "ir/passes/pass.h"

namespace octet::ir {

// The op that defines `value`, if it is of this kind; else nullptr.
Op* DefinedBy(const Value* value, OpKind kind);

// The number in a constant tensor of one element, float or integer (exporters write the exponent of
// a float as either), but not f16, bf16 or bool.
std::optional<double> ScalarConstant(const Value* value);
bool IsScalarConstant(const Value* value, double expected, double relative_tolerance = 1e-6);

// Whether `value` has exactly one use and is not an output of the graph, so that a pattern may
// absorb it.
bool HasOneUse(const Value* value, const Module& module);

// The first two operands of a commutative op, with one that satisfies `first` in front; nullopt
// when neither operand does.
struct Pair {
  Value* first;
  Value* second;
};
template <typename Predicate>
std::optional<Pair> Commute(const Op& op, Predicate first) {
  if (first(op.operand(0))) return Pair{op.operand(0), op.operand(1)};
  if (first(op.operand(1))) return Pair{op.operand(1), op.operand(0)};
  return std::nullopt;
}

// x scaled by a finite number: value = x * factor, through any chain of mul and div by scalar
// constants. Only the chain may use the values in between.
struct Scaled {
  Value* base;
  double factor;
};
Scaled StripScale(Value* value, const Module& module);

// Whether `value` is a constant with n elements in the last axis and 1 in all others: [n], [1, n]
// ...
bool IsRowConstant(const Value* value, const Dim& n);

}  // namespace octet::ir

#endif  // OCTET_IR_PASSES_MATCH_H_
