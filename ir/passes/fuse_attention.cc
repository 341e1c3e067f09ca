// The ops of multi-head self-attention (Vaswani et al. 2017, section 3.2) as exporters write them:
// head split, scaled product, mask, softmax, product with the values, head merge.
//   split(x)  = transpose(reshape(x, [b,s,h,d]), [0,2,1,3])
//   scores    = split(q) split(k)^T * scale + mask
//   merge     = reshape(transpose(softmax(scores) split(v), [0,2,1,3]), [b,s,h*d])
//             -> attention(q, k, v, mask) {heads, scale}
// The scale may be a multiplication or division of the product, or of both q and k. The softmax may
// be followed by where(is_nan(p), 0, p), with which PyTorch's exporters give 0 to a query that sees
// nothing; this becomes zero_when_hidden. (After fusion a NaN among the scores stays NaN, whereas
// the guard turns it into 0.)
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "ir/passes/match.h"

namespace octet::ir {
namespace {

using Perm = std::array<int64_t, 4>;
constexpr Perm kSplit = {0, 2, 1, 3};            // [b,s,h,d] -> [b,h,s,d]
constexpr Perm kSplitTransposed = {0, 2, 3, 1};  // [b,s,h,d] -> [b,h,d,s]
constexpr Perm kSwapLast = {0, 1, 3, 2};         // [b,h,s,d] -> [b,h,d,s]
// Exporters permute heads at most twice: to split them, then to transpose k.
constexpr int kMaxPermutations = 4;

struct Heads {
  Value* base;  // [b,s,h*d]
  int64_t heads;
  double scale;
};

// One permutation of four axes: value = transpose(source, perm).
struct Permuted {
  Value* source;
  Perm perm;
};

template <typename Axes>
bool Permutes(const Op& transpose, const Axes& perm) {
  return std::ranges::equal(transpose.ints_attr("perm"), perm);
}

// reshape(transpose(reshape(x, [b*h,s,d]), [0,2,1]), [b,h,d,s]): torch.export writes the
// transposition of the last two axes of x this way.
std::optional<Permuted> MatchFlattenedTranspose(const Value* value) {
  Op* unflatten = DefinedBy(value, OpKind::kReshape);
  Op* transpose =
      unflatten == nullptr ? nullptr : DefinedBy(unflatten->operand(0), OpKind::kTranspose);
  Op* flatten = transpose == nullptr ? nullptr : DefinedBy(transpose->operand(0), OpKind::kReshape);
  if (flatten == nullptr || !Permutes(*transpose, std::array{0, 2, 1})) return std::nullopt;
  Value* x = flatten->operand(0);
  if (x->rank() != 4) return std::nullopt;
  const Shape& shape = x->shape();
  const Shape& flat = flatten->result()->shape();
  const bool keeps_last = flat[1] == shape[2] && flat[2] == shape[3];
  const bool swaps_last = value->shape() == Shape{shape[0], shape[1], shape[3], shape[2]};
  if (!keeps_last || !swaps_last) return std::nullopt;
  return Permuted{x, kSwapLast};
}

std::optional<Permuted> MatchPermuted(const Value* value) {
  Op* transpose = DefinedBy(value, OpKind::kTranspose);
  if (transpose == nullptr) return MatchFlattenedTranspose(value);
  if (value->rank() != 4) return std::nullopt;
  Permuted permuted = {transpose->operand(0), {}};
  std::ranges::copy(transpose->ints_attr("perm"), permuted.perm.begin());
  return permuted;
}

// Matches a value that is `base` split into heads, scaled, and permuted by `perm`.
std::optional<Heads> MatchSplit(Value* value, const Perm& perm, const Module& module) {
  double scale = 1.0;
  Perm composed = {0, 1, 2, 3};
  for (int i = 0; i <= kMaxPermutations; ++i) {
    const Scaled scaled = StripScale(value, module);
    scale *= scaled.factor;
    value = scaled.base;
    const auto permuted = MatchPermuted(value);
    if (!permuted) break;
    for (int64_t& axis : composed) axis = permuted->perm[static_cast<size_t>(axis)];
    value = permuted->source;
  }
  Op* split = DefinedBy(value, OpKind::kReshape);
  if (split == nullptr || value->rank() != 4 || composed != perm) return std::nullopt;
  Value* base = split->operand(0);
  const Shape& shape = value->shape();  // [b,s,h,d]
  const bool splits_last = base->rank() == 3 && base->shape()[0] == shape[0] &&
                           base->shape()[1] == shape[1] && shape[2].is_static() &&
                           shape[3].is_static() && shape[2].Times(shape[3]) == base->shape()[2];
  if (!splits_last || base->dtype() != DType::kF32) return std::nullopt;
  return Heads{base, shape[2].constant(), scale};
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
  if (product == nullptr || !HasOneUse(scaled.base, module)) return std::nullopt;
  const auto q = MatchSplit(MatMulOp(*product).a(), kSplit, module);
  const auto k = MatchSplit(MatMulOp(*product).b(), kSplitTransposed, module);
  if (!q || !k || q->heads != k->heads || q->base->shape()[0] != k->base->shape()[0]) {
    return std::nullopt;
  }
  const double scale = scaled.factor * q->scale * k->scale;
  // Attention computes with a float scale.
  if (!(std::abs(scale) <= std::numeric_limits<float>::max())) return std::nullopt;
  return Scores{*q, *k, scale, mask};
}

// The operand of the softmax, with or without a mask.
std::optional<Scores> MatchScores(Value* value, const Module& module) {
  if (!HasOneUse(value, module)) return std::nullopt;
  if (Op* add = DefinedBy(value, OpKind::kAdd)) {
    for (const int side : {0, 1}) {
      if (add->operand(side)->type() != value->type()) continue;
      if (auto scores = MatchProduct(add->operand(side), add->operand(1 - side), module)) {
        return scores;
      }
    }
  }
  return MatchProduct(value, nullptr, module);
}

// The op that is the only user of `value`, as its operand 0, if it is of this kind; else nullptr.
Op* OnlyUser(const Value* value, OpKind kind, const Module& module) {
  if (!HasOneUse(value, module)) return nullptr;
  const Use& use = value->uses().front();
  return use.operand == 0 && use.user->kind() == kind ? use.user : nullptr;
}

// The weights of the values: the result of a softmax, with or without a guard against NaN.
struct Weights {
  Value* value;
  Op* guard;   // where(is_nan(p), 0, p), or nullptr
  Op* is_nan;  // the condition of the guard
};

Weights FindGuard(Op* softmax, const Module& module) {
  Value* p = softmax->result();
  const Weights plain = {p, nullptr, nullptr};
  if (p->uses().size() != 2 || module.IsOutput(p)) return plain;
  for (const Use& use : p->uses()) {
    Op* guard = use.user;
    const auto where = As<WhereOp>(*guard);
    if (!where || where->b() != p) continue;
    Op* is_nan = DefinedBy(where->condition(), OpKind::kIsNan);
    if (is_nan == nullptr || is_nan->operand(0) != p || !HasOneUse(is_nan->result(), module) ||
        !IsScalarConstant(where->a(), 0) || guard->result()->type() != p->type()) {
      continue;
    }
    return {guard->result(), guard, is_nan};
  }
  return plain;
}

bool ZeroWhenHidden(const Op& softmax, const Weights& weights) {
  const Attribute* attribute = softmax.FindAttribute("zero_when_hidden");
  return weights.guard != nullptr || (attribute != nullptr && std::get<int64_t>(*attribute) != 0);
}

struct Match {
  Scores scores;
  Weights weights;
  Heads v;
  Op* product;
  Op* transpose;
  Op* merge;
};

// The attention around a softmax of [b,heads,queries,keys]. nullopt, with the reason, if a part of
// it is missing or is also used elsewhere.
std::optional<Match> MatchAttention(Op* softmax, const Module& module, std::string* why) {
  const auto scores = MatchScores(softmax->operand(0), module);
  if (SoftmaxOp(*softmax).axis() != 3 || !scores) {
    *why = "the softmax is not over a scaled product of split heads";
    return std::nullopt;
  }
  const Weights weights = FindGuard(softmax, module);
  Op* product = OnlyUser(weights.value, OpKind::kMatMul, module);
  if (product == nullptr) {
    *why = "the softmax is not used only to weigh the values";
    return std::nullopt;
  }
  const auto v = MatchSplit(MatMulOp(*product).b(), kSplit, module);
  if (!v || v->heads != scores->q.heads || v->scale != 1.0 ||
      v->base->type() != scores->k.base->type()) {
    *why = "the values are not split into heads as the keys are";
    return std::nullopt;
  }
  Op* transpose = OnlyUser(product->result(), OpKind::kTranspose, module);
  Op* merge = transpose == nullptr || !Permutes(*transpose, kSplit)
                  ? nullptr
                  : OnlyUser(transpose->result(), OpKind::kReshape, module);
  if (merge == nullptr || merge->result()->type() != scores->q.base->type()) {
    *why = "the heads are not merged into the shape they were split from";
    return std::nullopt;
  }
  return Match{*scores, weights, *v, product, transpose, merge};
}

// The mask without an expand along heads or queries; attention broadcasts the mask by itself.
Value* BroadcastSource(Value* mask) {
  Op* expand = DefinedBy(mask, OpKind::kExpand);
  if (expand == nullptr || expand->operand(0)->rank() != mask->rank()) return mask;
  return expand->operand(0);
}

// The softmax of the attention that `merge` may end, or nullptr.
Op* FindSoftmax(const Op* merge) {
  Op* transpose = DefinedBy(merge->operand(0), OpKind::kTranspose);
  Op* product = transpose == nullptr ? nullptr : DefinedBy(transpose->operand(0), OpKind::kMatMul);
  if (product == nullptr) return nullptr;
  const Value* weights = product->operand(0);
  if (const auto guard = DefinedAs<WhereOp>(weights)) weights = guard->b();
  return DefinedBy(weights, OpKind::kSoftmax);
}

Result<bool> Fuse(Op* merge, Rewriter& rewriter, PassContext&) {
  Op* softmax = FindSoftmax(merge);
  if (softmax == nullptr) return false;
  std::string why;
  const auto match = MatchAttention(softmax, rewriter.module(), &why);
  if (!match) return false;
  const Scores& scores = match->scores;
  Value* mask = scores.mask == nullptr ? nullptr : BroadcastSource(scores.mask);
  // The softmax is in the attention's own module; the merge may be in the parent module.
  rewriter.set_location(softmax->location());
  Attributes attributes = {{"heads", scores.q.heads}, {"scale", scores.scale}};
  if (ZeroWhenHidden(*softmax, match->weights)) {
    attributes.Set("zero_when_hidden", int64_t{1});
  }
  OCTET_ASSIGN_OR_RETURN(
      Op * attention,
      rewriter.Create(OpKind::kAttention, {scores.q.base, scores.k.base, match->v.base, mask},
                      std::move(attributes)));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(merge, {attention->result()}));
  const Weights& weights = match->weights;
  for (Op* op : {match->transpose, match->product, weights.guard, weights.is_nan, softmax}) {
    if (op != nullptr) rewriter.Erase(op);
  }
  return true;
}

}  // namespace

Status FuseAttention(Rewriter& rewriter, PassContext& context) {
  OCTET_RETURN_IF_ERROR(ApplyPattern({OpKind::kReshape}, Fuse, rewriter, context));
  for (const auto& op : rewriter.module().ops()) {
    if (op->kind() != OpKind::kSoftmax || op->result()->rank() != 4) continue;
    std::string why;
    MatchAttention(op.get(), rewriter.module(), &why);
    context.Explain(*op, std::move(why));
  }
  return {};
}

}  // namespace octet::ir
