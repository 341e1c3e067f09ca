// The decomposed LayerNorm. With d = x - mean(x) and s = sqrt(mean(d ^ 2) + epsilon),
//   d / s * gamma + beta                           PyTorch up to opset 16, Paddle
//   x * r + (beta - mean(x) * r), r = gamma / s    TensorFlow and Keras 2
//   x * r + (-mean(x) * r + beta)                  Keras 3
// become layer_norm(x, gamma, beta). The factors of products may be in any order. A division by s
// may be a product with its reciprocal, as PyTorch and TensorFlow export rsqrt.
#include <algorithm>
#include <cmath>

#include "ir/passes/match.h"

namespace octet::ir {
namespace {

// Matches mean(v) over the last axis, with the axis kept. Returns v, or nullptr.
Value* MatchLastAxisMean(const Value* value) {
  const auto mean = DefinedAs<ReduceMeanOp>(value);
  if (!mean || !mean->keepdims()) return nullptr;
  const std::vector<int64_t> last = {mean->x()->rank() - 1};
  return mean->axes() == last ? mean->x() : nullptr;
}

// Matches d ^ 2 or d * d. Returns d, or nullptr.
Value* MatchSquare(const Value* value) {
  if (const auto pow = DefinedAs<PowOp>(value)) {
    return IsScalarConstant(pow->b(), 2.0) ? pow->a() : nullptr;
  }
  const auto mul = DefinedAs<MulOp>(value);
  return mul && mul->a() == mul->b() ? mul->a() : nullptr;
}

// Matches x - mean(x). Returns x, or nullptr.
Value* MatchCentered(const Value* value) {
  const auto sub = DefinedAs<SubOp>(value);
  return sub && MatchLastAxisMean(sub->b()) == sub->a() ? sub->a() : nullptr;
}

struct Deviation {
  Value* x;
  double epsilon;
};

// sqrt(mean((x - mean(x)) ^ 2) + epsilon).
std::optional<Deviation> MatchDeviation(const Value* value) {
  Op* root = DefinedBy(value, OpKind::kSqrt);
  Op* add = root == nullptr ? nullptr : DefinedBy(root->operand(0), OpKind::kAdd);
  if (add == nullptr) return std::nullopt;
  const auto pair = Commute(*add, [](const Value* v) { return MatchLastAxisMean(v) != nullptr; });
  if (!pair) return std::nullopt;
  const Value* squared = MatchSquare(MatchLastAxisMean(pair->first));
  Value* x = squared == nullptr ? nullptr : MatchCentered(squared);
  const std::optional<double> epsilon = ScalarConstant(pair->second);
  if (x == nullptr || !epsilon || !(*epsilon >= 0) || std::isinf(*epsilon)) return std::nullopt;
  return Deviation{x, *epsilon};
}

// The factors and divisors of a value.
struct Quotient {
  std::vector<Value*> factors;
  std::vector<Value*> divisors;
  bool used_elsewhere = false;  // a part of it is also used elsewhere
};

// The longest chain is d * (reciprocal(s) * gamma).
constexpr int kMaxDepth = 3;

void Collect(Value* value, int depth, const Module& module, Quotient* quotient) {
  const Op* op = depth < kMaxDepth ? value->def() : nullptr;
  switch (op == nullptr ? OpKind::kConstant : op->kind()) {
    case OpKind::kMul:
      Collect(op->operand(0), depth + 1, module, quotient);
      Collect(op->operand(1), depth + 1, module, quotient);
      break;
    case OpKind::kDiv:
      Collect(DivOp(*op).a(), depth + 1, module, quotient);
      quotient->divisors.push_back(DivOp(*op).b());
      break;
    case OpKind::kReciprocal:
      quotient->divisors.push_back(op->operand(0));
      break;
    default:
      if (!IsScalarConstant(value, 1.0)) quotient->factors.push_back(value);
      return;
  }
  if (depth > 0 && !HasOneUse(value, module)) quotient->used_elsewhere = true;
}

struct Normalization {
  Value* x;
  double epsilon;
  Value* gamma;
  Value* beta;
  bool used_elsewhere;
};

// Matches gamma / s, or if `centered` d / s * gamma. Beta is not set.
std::optional<Normalization> MatchScale(Value* value, bool centered, const Module& module) {
  Quotient quotient;
  Collect(value, 0, module, &quotient);
  std::vector<Value*>& factors = quotient.factors;
  if (quotient.divisors.size() != 1 || factors.size() != (centered ? 2 : 1)) return std::nullopt;
  const std::optional<Deviation> deviation = MatchDeviation(quotient.divisors[0]);
  if (!deviation) return std::nullopt;
  if (centered) {
    // The exporter may subtract the mean twice, so d may be another value than the one squared.
    const auto d = std::ranges::find(factors, deviation->x, MatchCentered);
    if (d == factors.end()) return std::nullopt;
    factors.erase(d);
  }
  return Normalization{deviation->x, deviation->epsilon, factors[0], nullptr,
                       quotient.used_elsewhere};
}

// Matches beta - mean(x) * r, or -mean(x) * r + beta. Returns beta, or nullptr.
Value* MatchShift(const Value* value, const Value* x, const Value* r) {
  const auto mean_times_r = [&](const Value* product, bool negated) {
    const Op* mul = DefinedBy(product, OpKind::kMul);
    const auto pair =
        mul == nullptr ? std::nullopt : Commute(*mul, [&](const Value* v) { return v == r; });
    if (!pair) return false;
    const Op* neg = DefinedBy(pair->second, OpKind::kNeg);
    if (negated != (neg != nullptr)) return false;
    return MatchLastAxisMean(negated ? neg->operand(0) : pair->second) == x;
  };
  if (const auto sub = DefinedAs<SubOp>(value)) {
    return mean_times_r(sub->b(), false) ? sub->a() : nullptr;
  }
  const Op* add = DefinedBy(value, OpKind::kAdd);
  if (add == nullptr) return nullptr;
  const auto pair = Commute(*add, [&](const Value* v) { return mean_times_r(v, true); });
  return pair ? pair->second : nullptr;
}

// Matches scaled + shift as d / s * gamma + beta.
std::optional<Normalization> MatchCenteredForm(Value* scaled, Value* shift, const Module& module) {
  std::optional<Normalization> match = MatchScale(scaled, /*centered=*/true, module);
  if (!match) return std::nullopt;
  match->beta = shift;
  match->used_elsewhere |= !HasOneUse(scaled, module);
  return match;
}

// Matches scaled + shift as x * r + (beta - mean(x) * r).
std::optional<Normalization> MatchShiftedForm(Value* scaled, Value* shift, const Module& module) {
  const Op* mul = DefinedBy(scaled, OpKind::kMul);
  if (mul == nullptr) return std::nullopt;
  for (const int i : {0, 1}) {
    Value* r = mul->operand(i);
    std::optional<Normalization> match = MatchScale(r, /*centered=*/false, module);
    if (!match || match->x != mul->operand(1 - i)) continue;
    match->beta = MatchShift(shift, match->x, r);
    if (match->beta == nullptr) continue;
    match->used_elsewhere |= !HasOneUse(scaled, module) || !HasOneUse(shift, module) ||
                             r->uses().size() != 2 || module.IsOutput(r);
    return match;
  }
  return std::nullopt;
}

std::optional<Normalization> Match(const Op& add, const Module& module) {
  for (const auto form : {MatchCenteredForm, MatchShiftedForm}) {
    for (const int i : {0, 1}) {
      const auto match = form(add.operand(i), add.operand(1 - i), module);
      if (match) return match;
    }
  }
  return std::nullopt;
}

Result<bool> Fuse(Op* root, Rewriter& rewriter, PassContext& context) {
  const std::optional<Normalization> match = Match(*root, rewriter.module());
  if (!match) return false;
  const Type& type = match->x->type();
  if (type.dtype != DType::kF32) return false;
  const Shape row = {type.shape.back()};
  const bool by_rows = match->gamma->shape() == row && match->beta->shape() == row;
  if (!by_rows || root->result()->type() != type) {
    context.Explain(*root,
                    "the scale and shift of the normalization are not vectors of the last axis");
    return false;
  }
  if (match->used_elsewhere) {
    context.Explain(*root, "a part of the normalization is also used elsewhere");
    return false;
  }
  OCTET_ASSIGN_OR_RETURN(
      Value * layer_norm,
      rewriter.CreateValue(OpKind::kLayerNorm, {match->x, match->gamma, match->beta},
                           {{"axis", type.rank() - 1}, {"epsilon", match->epsilon}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(root, {layer_norm}));
  return true;
}

}  // namespace

Status FuseLayerNorm(Rewriter& rewriter, PassContext& context) {
  return ApplyPattern({OpKind::kAdd}, Fuse, rewriter, context);
}

}  // namespace octet::ir
