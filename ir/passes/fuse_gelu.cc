// 0.5 * x * (1 + erf(x / sqrt(2)))  ->  gelu(x), in any order of the multiplications.
#include <cmath>
#include <numbers>

#include "ir/passes/match.h"

namespace octet::ir {
namespace {

struct OnePlusErf {
  Value* x;
  bool used_elsewhere;  // it, or its erf, is also used elsewhere
};

// 1 + erf(x / sqrt(2)).
std::optional<OnePlusErf> MatchOnePlusErf(const Value* value, const Module& module) {
  Op* add = DefinedBy(value, OpKind::kAdd);
  if (add == nullptr) return std::nullopt;
  const auto pair = Commute(*add, [](const Value* v) { return DefinedBy(v, OpKind::kErf); });
  if (!pair || !IsScalarConstant(pair->second, 1.0)) return std::nullopt;
  const Scaled scaled = StripScale(DefinedBy(pair->first, OpKind::kErf)->operand(0), module);
  const bool by_root_two = std::abs(scaled.factor * std::numbers::sqrt2 - 1.0) < 1e-6;
  if (!by_root_two || scaled.base->dtype() != DType::kF32) return std::nullopt;
  return OnePlusErf{scaled.base, !HasOneUse(value, module) || !HasOneUse(pair->first, module)};
}

// The factors of a product: the product of its constants, and a list of the others.
struct Product {
  double constant = 1.0;
  std::vector<Value*> factors;
};

// GELU has three factors, hence two multiplications, and a third if 0.5 is itself split.
constexpr int kMaxDepth = 3;

void Collect(Value* value, int depth, const Module& module, Product* product) {
  if (const auto scalar = ScalarConstant(value)) {
    product->constant *= *scalar;
    return;
  }
  Op* mul = DefinedBy(value, OpKind::kMul);
  const bool is_part = depth == 0 || (depth < kMaxDepth && HasOneUse(value, module));
  if (mul == nullptr || !is_part) {
    product->factors.push_back(value);
    return;
  }
  Collect(mul->operand(0), depth + 1, module, product);
  Collect(mul->operand(1), depth + 1, module, product);
}

Result<bool> Fuse(Op* root, Rewriter& rewriter, PassContext& context) {
  const Module& module = rewriter.module();
  Product product;
  Collect(root->result(), 0, module, &product);
  if (product.factors.size() != 2) return false;
  for (const size_t i : {0, 1}) {
    const auto match = MatchOnePlusErf(product.factors[i], module);
    if (!match) continue;
    if (match->x != product.factors[1 - i]) {
      context.Explain(*root, "1 + erf(x / sqrt(2)) is not multiplied by x");
      return false;
    }
    // The root may be an inner product. The factor 0.5 then comes in an outer one.
    if (product.constant != 0.5 || match->x->type() != root->result()->type()) return false;
    if (match->used_elsewhere) {
      context.Explain(*root, "a part of the GELU is also used elsewhere");
      return false;
    }
    OCTET_ASSIGN_OR_RETURN(Value * gelu, rewriter.CreateValue(OpKind::kGelu, {match->x}));
    OCTET_RETURN_IF_ERROR(rewriter.Replace(root, {gelu}));
    return true;
  }
  return false;
}

}  // namespace

Status FuseGelu(Rewriter& rewriter, PassContext& context) {
  return ApplyPattern({OpKind::kMul}, Fuse, rewriter, context);
}

}  // namespace octet::ir
