// layer_norm(x + residual)  ->  add_layer_norm(x, residual)
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

Result<bool> Fuse(Op* norm, Rewriter& rewriter, PassContext& context) {
  const LayerNormOp view(*norm);
  Op* add = DefinedBy(view.x(), OpKind::kAdd);
  if (add == nullptr || view.beta() == nullptr) return false;
  const AddOp sum(*add);
  const Type& type = norm->result()->type();
  if (type.dtype != DType::kF32 || view.axis() != type.rank() - 1) return false;
  if (sum.a()->type() != type || sum.b()->type() != type) return false;
  if (!HasOneUse(add->result(), rewriter.module())) {
    context.Explain(*norm, "the sum before the normalization is also used elsewhere");
    return false;
  }
  OCTET_ASSIGN_OR_RETURN(
      Value * fused,
      rewriter.CreateValue(OpKind::kAddLayerNorm, {sum.a(), sum.b(), view.gamma(), view.beta()},
                           {{"epsilon", view.epsilon()}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(norm, {fused}));
  rewriter.Erase(add);
  return true;
}

}  // namespace

Status FuseAddLayerNorm(Rewriter& rewriter, PassContext& context) {
  return ApplyPattern({OpKind::kLayerNorm}, Fuse, rewriter, context);
}

}  // namespace octet::ir
