// The decomposed LayerNorm of opset 16 and below,
//   d = x - mean(x);  d / sqrt(mean(d ^ 2) + epsilon) * gamma + beta  ->  layer_norm(x, gamma,
//   beta)
#include <cmath>

#include "ir/passes/match.h"

namespace octet::ir {
namespace {

// mean(v) over the last axis, kept: the v, or nullptr.
Value* MatchLastAxisMean(const Value* value) {
  Op* mean = DefinedBy(value, OpKind::kReduceMean);
  if (mean == nullptr || mean->int_attr("keepdims") != 1) return nullptr;
  Value* x = mean->operand(0);
  return mean->ints_attr("axes") == std::vector<int64_t>{x->rank() - 1} ? x : nullptr;
}

// d ^ 2 or d * d: the d, or nullptr.
Value* MatchSquare(const Value* value) {
  if (Op* pow = DefinedBy(value, OpKind::kPow)) {
    return IsScalarConstant(pow->operand(1), 2.0) ? pow->operand(0) : nullptr;
  }
  Op* mul = DefinedBy(value, OpKind::kMul);
  return mul != nullptr && mul->operand(0) == mul->operand(1) ? mul->operand(0) : nullptr;
}

// x - mean(x): the x, or nullptr.
Value* MatchCentered(const Value* value) {
  Op* sub = DefinedBy(value, OpKind::kSub);
  if (sub == nullptr || MatchLastAxisMean(sub->operand(1)) != sub->operand(0)) return nullptr;
  return sub->operand(0);
}

struct Normalized {
  Value* x;
  double epsilon;
};

// d / sqrt(mean(d ^ 2) + epsilon).
std::optional<Normalized> MatchNormalized(const Value* value) {
  Op* div = DefinedBy(value, OpKind::kDiv);
  if (div == nullptr) return std::nullopt;
  Value* x = MatchCentered(div->operand(0));
  Op* root = DefinedBy(div->operand(1), OpKind::kSqrt);
  Op* add = root == nullptr ? nullptr : DefinedBy(root->operand(0), OpKind::kAdd);
  if (x == nullptr || add == nullptr) return std::nullopt;
  const auto pair = Commute(*add, [](const Value* v) { return MatchLastAxisMean(v) != nullptr; });
  if (!pair) return std::nullopt;
  const Value* squared = MatchSquare(MatchLastAxisMean(pair->first));
  const std::optional<double> epsilon = ScalarConstant(pair->second);
  if (squared == nullptr || !epsilon || !(*epsilon >= 0) || std::isinf(*epsilon)) {
    return std::nullopt;
  }
  // The exporter may subtract the mean twice.
  if (squared != div->operand(0) && MatchCentered(squared) != x) return std::nullopt;
  return Normalized{x, *epsilon};
}

Result<bool> Fuse(Op* root, Rewriter& rewriter, PassContext& context) {
  const auto beta = Commute(*root, [](const Value* v) { return DefinedBy(v, OpKind::kMul); });
  if (!beta) return false;
  const Op* mul = DefinedBy(beta->first, OpKind::kMul);
  const auto gamma = Commute(*mul, [](const Value* v) { return MatchNormalized(v).has_value(); });
  if (!gamma) return false;
  const Normalized normalized = *MatchNormalized(gamma->first);
  const Type& type = normalized.x->type();
  if (type.dtype != DType::kF32) return false;
  const Shape row = {type.shape.back()};
  const bool by_rows = gamma->second->shape() == row && beta->second->shape() == row;
  if (!by_rows || root->result()->type() != type) {
    context.Explain(*root,
                    "the scale and shift of the normalization are no vectors of the last axis");
    return false;
  }
  const Module& module = rewriter.module();
  if (!HasOneUse(gamma->first, module) || !HasOneUse(beta->first, module)) {
    context.Explain(*root, "a part of the normalization is used elsewhere as well");
    return false;
  }
  OCTET_ASSIGN_OR_RETURN(
      Value * layer_norm,
      rewriter.CreateValue(OpKind::kLayerNorm, {normalized.x, gamma->second, beta->second},
                           {{"axis", type.rank() - 1}, {"epsilon", normalized.epsilon}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(root, {layer_norm}));
  return true;
}

}  // namespace

Status FuseLayerNorm(Rewriter& rewriter, PassContext& context) {
  return ApplyPattern({OpKind::kAdd}, Fuse, rewriter, context);
}

}  // namespace octet::ir
