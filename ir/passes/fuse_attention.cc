// The head split, scaled product, mask, softmax, product with the values and head merge of
// multi-head self-attention (Vaswani et al. 2017, section 3.2), as exporters spell them:
//   split(x)  = transpose(reshape(x, [b,s,h,d]), [0,2,1,3])
//   scores    = split(q) split(k)^T * scale + mask
//   merge     = reshape(transpose(softmax(scores) split(v), [0,2,1,3]), [b,s,h*d])
//             -> attention(q, k, v, mask) {heads, scale}
// The scale may be a multiplication or division of the product, or of q and k each.
#include <algorithm>

#include "ir/passes/match.h"

namespace octet::ir {
namespace {

using Perm = std::vector<int64_t>;
const Perm kSplit = {0, 2, 1, 3};            // [b,s,h,d] -> [b,h,s,d]
const Perm kSplitTransposed = {0, 2, 3, 1};  // [b,s,h,d] -> [b,h,d,s]

struct Heads {
  Value* base;  // [b,s,h*d]
  int64_t heads;
  double scale;
};

// A value that is base split into heads, scaled, and permuted as `perm` says.
std::optional<Heads> MatchSplit(Value* value, const Perm& perm, const Module& module) {
  double scale = 1.0;
  Perm composed = {0, 1, 2, 3};
  for (;;) {
    const Scaled scaled = StripScale(value, module);
    scale *= scaled.factor;
    value = scaled.base;
    Op* transpose = DefinedBy(value, OpKind::kTranspose);
    if (transpose == nullptr || transpose->result()->rank() != 4) break;
    const Perm& inner = transpose->ints_attr("perm");
    Perm next(4);
    for (size_t i = 0; i < 4; ++i) next[i] = inner[static_cast<size_t>(composed[i])];
    composed = std::move(next);
    value = transpose->operand(0);
  }
  Op* split = DefinedBy(value, OpKind::kReshape);
  if (split == nullptr || value->rank() != 4 || composed != perm) return std::nullopt;
  Value* base = split->operand(0);
  const Shape& shape = value->shape();  // [b,s,h,d]
  const bool splits_last = base->rank() == 3 && base->shape()[0] == shape[0] &&
                           base->shape()[1] == shape[1] && shape[2].is_static() &&
                           shape[3].is_static() && shape[2].Times(shape[3]) == base->shape()[2];
  if (!splits_last) return std::nullopt;
  return Heads{base, shape[2].coefficient(), scale};
}

struct Scores {
  Heads q;
  Heads k;
  double scale;
  Value* mask;  // or nullptr
};

std::optional<Scores> MatchProduct(Value* value, Value* mask, const Module& module) {
  const Scaled scaled = StripScale(value, module);
  Op* product = DefinedBy(scaled.base, OpKind::kMatMul);
  if (product == nullptr) return std::nullopt;
  const auto q = MatchSplit(product->operand(0), kSplit, module);
  const auto k = MatchSplit(product->operand(1), kSplitTransposed, module);
  if (!q || !k || q->heads != k->heads) return std::nullopt;
  return Scores{*q, *k, scaled.factor * q->scale * k->scale, mask};
}

// The operand of the softmax: with or without a mask.
std::optional<Scores> MatchScores(Value* value, const Module& module) {
  if (Op* add = DefinedBy(value, OpKind::kAdd)) {
    for (const int side : {0, 1}) {
      Value* mask = add->operand(1 - side);
      const bool same_shape = add->operand(side)->type() == value->type();
      if (!same_shape || mask->dtype() != DType::kF32) continue;
      if (auto scores = MatchProduct(add->operand(side), mask, module)) return scores;
    }
  }
  return MatchProduct(value, nullptr, module);
}

// The mask without an expand along heads or queries, which attention repeats by itself.
Value* BroadcastSource(Value* mask) {
  Op* expand = DefinedBy(mask, OpKind::kExpand);
  if (expand == nullptr || expand->operand(0)->rank() != mask->rank()) return mask;
  return expand->operand(0);
}

Result<bool> Fuse(Op* merge, Rewriter& rewriter, PassContext& context) {
  const Module& module = rewriter.module();
  Op* transpose = DefinedBy(merge->operand(0), OpKind::kTranspose);
  if (transpose == nullptr || merge->result()->rank() != 3) return false;
  Op* product = DefinedBy(transpose->operand(0), OpKind::kMatMul);
  if (product == nullptr || transpose->ints_attr("perm") != kSplit) return false;
  Op* softmax = DefinedBy(product->operand(0), OpKind::kSoftmax);
  if (softmax == nullptr || softmax->int_attr("axis") != 3) return false;

  const auto scores = MatchScores(softmax->operand(0), module);
  const auto v = MatchSplit(product->operand(1), kSplit, module);
  if (!scores) {
    context.Explain(*softmax, "the softmax is not over a scaled product of split heads");
    return false;
  }
  if (!v || v->heads != scores->q.heads || v->scale != 1.0) {
    context.Explain(*product, "the values are not split into the same heads as the queries");
    return false;
  }
  if (merge->result()->type() != scores->q.base->type()) {
    context.Explain(*merge, "the heads are not merged into the shape they were split from");
    return false;
  }
  std::vector<Value*> operands = {scores->q.base, scores->k.base, v->base};
  if (scores->mask != nullptr) operands.push_back(BroadcastSource(scores->mask));
  // The softmax is in the attention's own module; the merge may be in its parent.
  rewriter.set_location(softmax->location());
  OCTET_ASSIGN_OR_RETURN(Op * attention,
                         rewriter.Create(OpKind::kAttention, operands,
                                         {{"heads", scores->q.heads}, {"scale", scores->scale}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(merge, {attention->result()}));
  return true;
}

}  // namespace

Status FuseAttention(Rewriter& rewriter, PassContext& context) {
  return ApplyPattern({OpKind::kReshape}, Fuse, rewriter, context);
}

}  // namespace octet::ir
