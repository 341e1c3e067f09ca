// add_layer_norm(linear(x), residual)  ->  layer_norm(linear(x) + residual), the sum being the
// linear's own: it is made while its values are in registers. The addition is the same, and so are
// its bits.
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

// Whether the linear can take a residual: it has a bias, which comes before one in its operands.
bool TakesResidual(const Value* value, const Module& module) {
  const Op* linear = DefinedBy(value, OpKind::kLinear);
  return linear != nullptr && linear->num_operands() == 3 && HasOneUse(value, module);
}

Result<bool> Fuse(Op* norm, Rewriter& rewriter, PassContext&) {
  const auto pair =
      Commute(*norm, [&](const Value* value) { return TakesResidual(value, rewriter.module()); });
  if (!pair) return false;
  Op* linear = pair->first->def();
  std::vector<Value*> operands(linear->operands().begin(), linear->operands().end());
  operands.push_back(pair->second);
  rewriter.set_location(linear->location());
  OCTET_ASSIGN_OR_RETURN(Op * sum,
                         rewriter.Create(OpKind::kLinear, operands, linear->attributes()));
  rewriter.set_location(norm->location());
  OCTET_ASSIGN_OR_RETURN(
      Value * fused,
      rewriter.CreateValue(
          OpKind::kLayerNorm, {sum->result(), norm->operand(2), norm->operand(3)},
          {{"axis", norm->result()->type().rank() - 1}, {"epsilon", norm->float_attr("epsilon")}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(norm, {fused}));
  rewriter.Erase(linear);
  return true;
}

}  // namespace

Status FuseResidual(Rewriter& rewriter, PassContext& context) {
  return ApplyPattern({OpKind::kAddLayerNorm}, Fuse, rewriter, context);
}

}  // namespace octet::ir
