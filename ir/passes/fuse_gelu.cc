// 0.5 * x * (1 + erf(x / sqrt(2)))  ->  gelu(x), in whatever order the exporter multiplies.
#include <cmath>
#include <numbers>

#include "ir/passes/match.h"

namespace octet::ir {
namespace {

// The x of 1 + erf(x / sqrt(2)), or nullptr.
Value* MatchOnePlusErf(const Value* value, const Module& module) {
  Op* add = DefinedBy(value, OpKind::kAdd);
  if (add == nullptr) return nullptr;
  const auto pair = Commute(*add, [](const Value* v) { return DefinedBy(v, OpKind::kErf); });
  if (!pair || !IsScalarConstant(pair->second, 1.0)) return nullptr;
  const Scaled scaled = StripScale(DefinedBy(pair->first, OpKind::kErf)->operand(0), module);
  const bool by_root_two = std::abs(scaled.factor * std::numbers::sqrt2 - 1.0) < 1e-6;
  return by_root_two ? scaled.base : nullptr;
}

// The factors of a product: its constants multiplied, the others listed.
struct Product {
  double constant = 1.0;
  std::vector<Value*> factors;
};

void Collect(Value* value, bool is_root, const Module& module, Product* product) {
  if (const auto scalar = ScalarConstant(value)) {
    product->constant *= *scalar;
    return;
  }
  Op* mul = DefinedBy(value, OpKind::kMul);
  if (mul == nullptr || (!is_root && !HasOneUse(value, module))) {
    product->factors.push_back(value);
    return;
  }
  Collect(mul->operand(0), false, module, product);
  Collect(mul->operand(1), false, module, product);
}

Result<bool> Fuse(Op* root, Rewriter& rewriter, PassContext& context) {
  const Module& module = rewriter.module();
  Product product;
  Collect(root->result(), true, module, &product);
  if (product.factors.size() != 2) return false;
  for (const size_t i : {0, 1}) {
    Value* x = MatchOnePlusErf(product.factors[i], module);
    if (x == nullptr) continue;
    if (x != product.factors[1 - i]) {
      context.Explain(*root, "1 + erf(x / sqrt(2)) is multiplied by something other than x");
      return false;
    }
    // The root may be an inner product: the factor 0.5 then comes with a later one.
    if (product.constant != 0.5 || x->type() != root->result()->type()) return false;
    OCTET_ASSIGN_OR_RETURN(Value * gelu, rewriter.CreateValue(OpKind::kGelu, {x}));
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
