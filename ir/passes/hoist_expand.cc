// f(expand(x))  ->  expand(f(x)) for elementwise f. Masks are made of such ops. They are then
// computed once for each key instead of once for each query and key. Since attention broadcasts its
// mask by itself, the expand then goes away.
#include <algorithm>

#include "ir/passes/match.h"

namespace octet::ir {
namespace {

// The source of an expand that only repeats unit axes (no new leading axes), or nullptr.
Value* ExpandSource(const Value* value) {
  Op* expand = DefinedBy(value, OpKind::kExpand);
  if (expand == nullptr) return nullptr;
  Value* source = expand->operand(0);
  return source->rank() == expand->result()->rank() ? source : nullptr;
}

bool IsScalar(const Value* value) {
  return value->constant() != nullptr && value->constant()->num_elements() == 1 &&
         value->rank() <= 1;
}

Result<bool> Hoist(Op* op, Rewriter& rewriter, PassContext&) {
  std::vector<Value*> operands;
  const Shape* source_shape = nullptr;
  for (Value* operand : op->operands()) {
    if (IsScalar(operand)) {
      operands.push_back(operand);
      continue;
    }
    Value* source = ExpandSource(operand);
    if (source == nullptr || (source_shape != nullptr && source->shape() != *source_shape)) {
      return false;
    }
    source_shape = &source->shape();
    operands.push_back(source);
  }
  if (source_shape == nullptr) return false;
  OCTET_ASSIGN_OR_RETURN(Op * small, rewriter.Create(op->kind(), operands, op->attributes()));
  OCTET_ASSIGN_OR_RETURN(
      Value * expanded,
      rewriter.CreateValue(OpKind::kExpand, {small->result()}, {{"shape", op->result()->shape()}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(op, {expanded}));
  return true;
}

}  // namespace

Status HoistExpand(Rewriter& rewriter, PassContext& context) {
  std::vector<OpKind> elementwise;
  for (const OpInfo& info : AllOps()) {
    if (info.elementwise()) elementwise.push_back(info.kind);
  }
  return ApplyPattern(elementwise, Hoist, rewriter, context);
}

}  // namespace octet::ir
