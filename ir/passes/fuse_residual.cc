// add_layer_norm(linear(x), residual)  ->  layer_norm(linear(x) + residual). The linear computes
// the sum itself, while its values are in registers. The addition is the same, and so are its bits.
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

bool TakesResidual(const Value* value, const Module& module) {
  const auto linear = DefinedAs<LinearOp>(value);
  return linear && linear->residual() == nullptr && HasOneUse(value, module);
}

Result<bool> Fuse(Op* norm, Rewriter& rewriter, PassContext&) {
  const auto pair =
      Commute(*norm, [&](const Value* value) { return TakesResidual(value, rewriter.module()); });
  if (!pair) return false;
  Op* linear = pair->first->def();
  const LinearOp product(*linear);
  rewriter.set_location(linear->location());
  OCTET_ASSIGN_OR_RETURN(Value * sum, rewriter.CreateValue(OpKind::kLinear,
                                                           {product.x(), product.weight(),
                                                            product.bias(), pair->second},
                                                           linear->attributes()));
  const AddLayerNormOp view(*norm);
  rewriter.set_location(norm->location());
  OCTET_ASSIGN_OR_RETURN(
      Value * fused,
      rewriter.CreateValue(OpKind::kLayerNorm, {sum, view.gamma(), view.beta()},
                           {{"axis", sum->rank() - 1}, {"epsilon", view.epsilon()}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(norm, {fused}));
  rewriter.Erase(linear);
  return true;
}

}  // namespace

Status FuseResidual(Rewriter& rewriter, PassContext& context) {
  return ApplyPattern({OpKind::kAddLayerNorm}, Fuse, rewriter, context);
}

}  // namespace octet::ir
