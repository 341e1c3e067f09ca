#include "ir/passes/match.h"

#include <cmath>

#include "ir/evaluate/dispatch.h"

namespace octet::ir {

Op* DefinedBy(const Value* value, OpKind kind) {
  Op* op = value->def();
  return op != nullptr && op->kind() == kind ? op : nullptr;
}

std::optional<double> ScalarConstant(const Value* value) {
  const Tensor* tensor = value->constant();
  if (tensor == nullptr || tensor->num_elements() != 1 || !tensor->has_data()) return std::nullopt;
  std::optional<double> number;
  VisitArithmetic(tensor->dtype(), [&]<typename T>(std::type_identity<T>) {
    number = static_cast<double>(*tensor->as<T>());
  });
  return number;
}

bool IsScalarConstant(const Value* value, double expected, double relative_tolerance) {
  const std::optional<double> scalar = ScalarConstant(value);
  return scalar && std::abs(*scalar - expected) <= relative_tolerance * std::abs(expected);
}

bool HasOneUse(const Value* value, const Module& module) {
  return value->uses().size() == 1 && !module.IsOutput(value);
}

Scaled StripScale(Value* value, const Module& module) {
  double factor = 1.0;
  while (Op* op = value->def()) {
    const bool is_mul = op->kind() == OpKind::kMul;
    const bool is_div = op->kind() == OpKind::kDiv;
    if ((!is_mul && !is_div) || !HasOneUse(value, module)) break;
    Value* base = nullptr;
    std::optional<double> scalar;
    for (const int constant_operand : {1, 0}) {
      if (is_div && constant_operand == 0) break;  // c / x is not a multiple of x
      scalar = ScalarConstant(op->operand(constant_operand));
      base = op->operand(1 - constant_operand);
      if (scalar) break;
    }
    if (!scalar || base->type() != value->type()) break;
    const double next = is_mul ? factor * *scalar : factor / *scalar;
    if (!std::isfinite(next)) break;
    factor = next;
    value = base;
  }
  return {value, factor};
}

bool IsRowConstant(const Value* value, const Dim& n) {
  if (value->constant() == nullptr || value->rank() < 1 || value->shape().back() != n) return false;
  for (size_t i = 0; i + 1 < value->shape().size(); ++i) {
    if (value->shape()[i] != Dim(1)) return false;
  }
  return true;
}

}  // namespace octet::ir
