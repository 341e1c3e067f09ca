// layer_norm(x + residual)  ->  add_layer_norm(x, residual)
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

Result<bool> Fuse(Op* norm, Rewriter& rewriter, PassContext& context) {
  Op* add = DefinedBy(norm->operand(0), OpKind::kAdd);
  if (add == nullptr || norm->num_operands() != 3) return false;
  const Type& type = norm->result()->type();
  if (type.dtype != DType::kF32 || norm->int_attr("axis") != type.rank() - 1) return false;
  if (add->operand(0)->type() != type || add->operand(1)->type() != type) return false;
  if (!HasOneUse(add->result(), rewriter.module())) {
    context.Explain(*norm, "the sum before the normalization is used elsewhere as well");
    return false;
  }
  OCTET_ASSIGN_OR_RETURN(
      Value * fused,
      rewriter.CreateValue(OpKind::kAddLayerNorm,
                           {add->operand(0), add->operand(1), norm->operand(1), norm->operand(2)},
                           {{"epsilon", norm->float_attr("epsilon")}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(norm, {fused}));
  rewriter.Erase(add);
  return true;
}

}  // namespace

Status FuseAddLayerNorm(Rewriter& rewriter, PassContext& context) {
  return ApplyPattern({OpKind::kLayerNorm}, Fuse, rewriter, context);
}

}  // namespace octet::ir
