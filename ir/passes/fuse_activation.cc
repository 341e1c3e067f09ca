// gelu(linear(x)), relu(linear(x)), tanh(linear(x))  ->  linear(x) {activation = "..."}
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

Result<bool> Fuse(Op* activation, Rewriter& rewriter, PassContext& context) {
  Op* linear = DefinedBy(activation->operand(0), OpKind::kLinear);
  if (linear == nullptr || LinearOp(*linear).activation() != Activation::kNone) return false;
  // A linear adds its residual after its activation.
  if (LinearOp(*linear).residual() != nullptr) return false;
  if (!HasOneUse(linear->result(), rewriter.module())) {
    context.Explain(*activation, "the linear's output is also used without the activation");
    return false;
  }
  rewriter.set_location(linear->location());
  OCTET_ASSIGN_OR_RETURN(Op * fused,
                         rewriter.Create(OpKind::kLinear, linear->operands(),
                                         {{"activation", std::string(activation->name())}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(activation, {fused->result()}));
  rewriter.Erase(linear);
  return true;
}

}  // namespace

Status FuseActivation(Rewriter& rewriter, PassContext& context) {
  std::vector<OpKind> activations;
  for (const std::string_view name : EnumNames<Activation>::kNames) {
    if (const auto kind = FindOpKind(name)) activations.push_back(*kind);
  }
  return ApplyPattern(activations, Fuse, rewriter, context);
}

}  // namespace octet::ir
