// Padding-free execution. If every output is pooled from the first token of each sentence, the
// tokens [b,s,...] between the embedding and the pooling become [t,...], where t is the number of
// tokens that are not padding, so that nothing is computed for padding (the idea of
// EffectiveTransformer and of Zhai et al. 2022, ByteTransformer).
//
// It applies if each value made of the embeddings is one of these: an op that works row by row
// (ir/row_wise.h) on such values, weights and vectors; an attention whose mask only hides padding
// keys; the first token. Otherwise nothing changes, and Explain names the op that was in the way.
// Several texts, each with its own mask and hence its own layout and symbol, are packed separately.
//
// A hidden key would have added exactly 0 to a sum: its weight is e^x, rounded, where x is below
// -10000 plus the spread of the scores. (Scores that are as big as that are an exception.)
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "ir/passes/key_mask.h"
#include "ir/passes/match.h"
#include "ir/row_wise.h"

namespace octet::ir {
namespace {

// New names for the numbers of tokens: t, t2, t3 ..., except those in use in the module.
class FreshSymbols {
 public:
  explicit FreshSymbols(const Module& module) {
    for (const auto& argument : module.arguments()) {
      for (const Dim& dim : argument->shape()) {
        taken_.insert(dim.symbols().begin(), dim.symbols().end());
      }
    }
    for (const auto& op : module.ops()) {
      if (const auto layout = As<TokenLayoutOp>(*op)) taken_.insert(layout->symbol());
    }
  }

  std::string Next() {
    std::string symbol = "t";
    for (int i = 2; !taken_.insert(symbol).second; ++i) symbol = "t" + std::to_string(i);
    return symbol;
  }

 private:
  std::set<std::string> taken_;
};

// Values that are packed alike. They come from one embedding, or from several whose rows meet in an
// op.
struct TokenGroup {
  Shape shape;            // [b,s]
  Value* mask = nullptr;  // the argument that masks the group's attentions
  Op* layout = nullptr;   // the token_layout of `mask`
};

class TokenPacker {
 public:
  TokenPacker(Rewriter& rewriter, PassContext& context) : rewriter_(rewriter), context_(context) {}

  Status Run() {
    if (!FindMasks()) return {};
    for (const auto& op : rewriter_.module().ops()) {
      if (!Classify(*op)) return {};
    }
    if (roles_.empty()) {
      Decline(*attention_, "the tokens do not come from an embedding");
      return {};
    }
    return Rewrite();
  }

 private:
  enum class Role { kEmbedding, kTokenwise, kAttention, kFirstToken };

  bool Decline(const Op& op, std::string why) {
    context_.Explain(op, std::move(why));
    return false;
  }

  // Finds the inputs that mask the attentions. False when there are none, or when a mask has
  // another form.
  bool FindMasks() {
    for (const auto& op : rewriter_.module().ops()) {
      if (op->kind() != OpKind::kAttention) continue;
      Value* mask = AttentionOp(*op).mask();
      if (mask == nullptr) return Decline(*op, "the attention has no mask");
      if (key_masks_.contains(mask)) continue;
      std::string why;
      Value* argument = FindKeyMaskArgument(mask, &why);
      if (argument == nullptr) return Decline(*op, std::move(why));
      if (attention_ == nullptr) attention_ = op.get();
      key_masks_[mask] = {argument, nullptr};
      if (std::ranges::find(masks_, argument) == masks_.end()) masks_.push_back(argument);
    }
    return attention_ != nullptr;
  }

  bool IsToken(const Value* value) const { return tokens_.contains(value); }

  TokenGroup& GroupOf(const Value* value) { return groups_[FindGroup(tokens_.at(value).group)]; }

  // The group that `group` was merged into, or itself.
  size_t FindGroup(size_t group) {
    while (merged_[group] != group) group = merged_[group];
    return group;
  }

  // Merges the groups of the token operands into one and returns it; nullopt when their shapes
  // differ, or two masks hide them.
  std::optional<size_t> MergeGroups(const Op& op) {
    std::optional<size_t> merged;
    for (const Value* operand : op.operands()) {
      if (!IsToken(operand)) continue;
      const size_t group = FindGroup(tokens_[operand].group);
      if (!merged) merged = group;
      if (group == *merged) continue;
      if (groups_[group].shape != groups_[*merged].shape) {
        Decline(op, "the attention reads two sequences");
        return std::nullopt;
      }
      if (!MaskGroup(op, *merged, groups_[group].mask)) return std::nullopt;
      merged_[group] = *merged;
    }
    return merged;
  }

  // Records that `mask` hides tokens of the group; does nothing if it is null.
  bool MaskGroup(const Op& op, size_t group, Value* mask) {
    Value*& known = groups_[group].mask;
    if (mask == nullptr || mask == known) return true;
    if (known != nullptr) return Decline(op, "the attentions are masked by different inputs");
    known = mask;
    return true;
  }

  // The [b,s] of a value [b,s,n] if some mask has that shape; empty otherwise.
  Shape TokenShape(const Value* value) const {
    if (value->rank() != 3) return {};
    const Shape shape(value->shape().begin(), value->shape().begin() + 2);
    const auto has_shape = [&](const Value* mask) { return mask->shape() == shape; };
    return std::ranges::any_of(masks_, has_shape) ? shape : Shape{};
  }

  // Sets the op's role if it makes or uses tokens; false when no role fits.
  bool Classify(const Op& op) {
    bool uses_tokens = false;
    for (const Value* operand : op.present_operands()) uses_tokens |= IsToken(operand);
    Role role = Role::kTokenwise;
    if (op.kind() == OpKind::kEmbedding && !TokenShape(op.result()).empty()) {
      role = Role::kEmbedding;  // ids have two axes at most, tokens three
      merged_.push_back(groups_.size());
      groups_.push_back({TokenShape(op.result())});
      tokens_[op.result()] = {groups_.size() - 1, nullptr};
    } else if (!uses_tokens) {
      return true;
    } else if (const auto attention = As<AttentionOp>(op)) {
      role = Role::kAttention;
      for (const Value* x : {attention->q(), attention->k(), attention->v()}) {
        if (!IsToken(x)) return Decline(op, "the attention reads two sequences");
      }
    } else if (IsFirstToken(op)) {
      role = Role::kFirstToken;
    } else if (!IsTokenwise(op)) {
      return Decline(op, std::string(op.name()) + " is not computed token by token");
    }
    roles_[&op] = role;
    if (role == Role::kFirstToken) return true;
    if (rewriter_.module().IsOutput(op.result())) {
      return Decline(op, "an output keeps the sequence axis");
    }
    if (role == Role::kEmbedding) return true;
    const std::optional<size_t> group = MergeGroups(op);
    if (!group) return false;
    tokens_[op.result()] = {*group, nullptr};
    const auto attention = As<AttentionOp>(op);
    return !attention || MaskGroup(op, *group, key_masks_[attention->mask()].argument);
  }

  // Matches x[:, 0], or x[:, 0:1] with the axis kept.
  static bool IsFirstToken(const Op& op) {
    if (const auto slice = As<SliceOp>(op)) {
      const std::vector<int64_t> one = {1};
      return slice->axes() == one && slice->steps() == one && slice->starts() == Shape{0} &&
             slice->ends() == Shape{1};
    }
    const auto gather = As<GatherOp>(op);
    if (!gather || gather->axis() != 1) return false;
    const Contents* index = gather->indices()->contents();
    return index != nullptr && *index == Contents{0};
  }

  // Whether token [b,s] of the result depends only on the same token of the operands and on
  // operands without batch and sequence axes.
  bool IsTokenwise(const Op& op) const {
    const uint32_t rows = RowOperands(op);
    if (rows == 0 || TokenShape(op.result()).empty()) return false;
    const bool elementwise = GetOpInfo(op.kind()).elementwise();
    for (int i = 0; i < op.num_operands(); ++i) {
      const Value* operand = op.operand(i);
      if (operand == nullptr) continue;
      if (IsToken(operand) != ((rows >> i & 1) != 0)) return false;
      // Leading axes of 1 would not broadcast against rows of fewer axes.
      if (elementwise && !IsToken(operand) && operand->rank() > 1) return false;
    }
    return true;
  }

  // Makes the layout of each group, at the front of the graph.
  Status MakeLayouts() {
    FreshSymbols symbols(rewriter_.module());
    rewriter_.SetInsertionPoint(rewriter_.module().ops().front().get());
    rewriter_.set_location({});
    std::map<Value*, Op*> layouts;
    for (size_t i = 0; i < groups_.size(); ++i) {
      if (FindGroup(i) != i) continue;
      TokenGroup& group = groups_[i];
      if (group.mask == nullptr) {
        // If no attention reads these tokens, only the first one affects outputs. Every layout
        // keeps it.
        group.mask = *std::ranges::find(masks_, group.shape, &Value::shape);
      }
      Op*& made = layouts[group.mask];
      if (made == nullptr) {
        OCTET_ASSIGN_OR_RETURN(made, rewriter_.Create(OpKind::kTokenLayout, {group.mask},
                                                      {{"symbol", symbols.Next()}}));
        const TokenLayoutOp layout(*made);
        rewriter_.SetName(layout.index(), "token_index");
        rewriter_.SetName(layout.begin(), "sentence_begin");
        rewriter_.SetName(layout.length(), "sentence_length");
      }
      group.layout = made;
    }
    return {};
  }

  Status Rewrite() {
    OCTET_RETURN_IF_ERROR(MakeLayouts());
    auto& ops = rewriter_.module().ops();
    std::vector<Op*> replaced;
    for (auto it = ops.begin(); it != ops.end();) {
      Op* op = it->get();
      ++it;
      const auto role = roles_.find(op);
      if (role == roles_.end()) continue;
      rewriter_.SetInsertionPoint(op);
      rewriter_.set_location(op->location());
      OCTET_ASSIGN_OR_RETURN(Value * value, RewriteOp(*op, role->second));
      if (role->second == Role::kFirstToken) {
        OCTET_RETURN_IF_ERROR(rewriter_.Replace(op, {value}));
      } else {
        tokens_[op->result()].packed = value;
        replaced.push_back(op);
      }
    }
    for (auto it = replaced.rbegin(); it != replaced.rend(); ++it) rewriter_.Erase(*it);
    return {};
  }

  Result<Value*> RewriteOp(const Op& op, Role role) {
    std::vector<Value*> operands;
    const TokenGroup* group = IsToken(op.result()) ? &GroupOf(op.result()) : nullptr;
    for (Value* operand : op.operands()) {
      const bool is_token = operand != nullptr && IsToken(operand);
      operands.push_back(is_token ? tokens_[operand].packed : operand);
      if (is_token) group = &GroupOf(operand);
    }
    Attributes attributes = op.attributes();
    OpKind kind = op.kind();
    switch (role) {
      case Role::kEmbedding:
        for (size_t i = 0; i < operands.size(); i += EmbeddingOp::kNumRepeated) {
          OCTET_ASSIGN_OR_RETURN(operands[i], PackIds(operands[i], *group));
        }
        break;
      case Role::kTokenwise:
        // An op on rows may only work along the last axis. [b,s,n] is [t,n] now.
        if (attributes.contains("axis")) attributes.Set("axis", int64_t{1});
        if (attributes.contains("axes")) attributes.Set("axes", std::vector<int64_t>{1});
        break;
      case Role::kAttention: {
        const AttentionOp attention(op);
        OCTET_ASSIGN_OR_RETURN(Value * mask, PackMask(attention.mask(), *group));
        const TokenLayoutOp layout(*group->layout);
        const auto packed = [&](const Value* tokens) { return tokens_[tokens].packed; };
        operands = {packed(attention.q()), packed(attention.k()), packed(attention.v()),
                    layout.begin(),        layout.length(),       mask};
        kind = OpKind::kRaggedAttention;
        break;
      }
      case Role::kFirstToken: {
        OCTET_ASSIGN_OR_RETURN(Value * begin, SentenceBegin(op.result()->rank(), *group));
        operands = {operands[0], begin};
        attributes = {{"axis", int64_t{0}}};
        kind = OpKind::kGather;
        break;
      }
    }
    OCTET_ASSIGN_OR_RETURN(Op * created, rewriter_.Create(kind, operands, std::move(attributes)));
    return created->result();
  }

  // x[b or 1, s, ...] -> [t, ...], made once for each x and layout.
  Result<Value*> Pack(Value* x, const TokenGroup& group) {
    Value*& packed = packed_[{x, group.layout}];
    if (packed == nullptr) {
      OCTET_ASSIGN_OR_RETURN(
          packed,
          rewriter_.CreateValue(OpKind::kPackTokens, {x, TokenLayoutOp(*group.layout).index()}));
    }
    return packed;
  }

  // The ids of an embedding, broadcast to [b,s] and packed.
  Result<Value*> PackIds(Value* ids, const TokenGroup& group) {
    if (ids->shape() != group.shape && ids->shape() != Shape{1, group.shape[1]}) {
      OCTET_ASSIGN_OR_RETURN(
          ids, rewriter_.CreateValue(OpKind::kExpand, {ids}, {{"shape", group.shape}}));
    }
    return Pack(ids, group);
  }

  // The mask [b,1,1,s], packed.
  Result<Value*> PackMask(Value* mask, const TokenGroup& group) {
    Value*& packed = key_masks_[mask].packed;
    if (packed == nullptr) {
      OCTET_ASSIGN_OR_RETURN(
          Value * keys, rewriter_.CreateValue(OpKind::kReshape, {mask}, {{"shape", group.shape}}));
      OCTET_ASSIGN_OR_RETURN(packed, Pack(keys, group));
    }
    return packed;
  }

  // The index that gathers the first token of each sentence: [b], or [b,1] to get x[b,1,n].
  Result<Value*> SentenceBegin(int64_t rank, const TokenGroup& group) {
    Value* begin = TokenLayoutOp(*group.layout).begin();
    if (rank == 2) return begin;
    return rewriter_.CreateValue(OpKind::kReshape, {begin}, {{"shape", Shape{group.shape[0], 1}}});
  }

  // A token value [b,s,...].
  struct Tokens {
    size_t group;
    Value* packed;  // [t,...], once it exists
  };
  // The mask operand of an attention.
  struct KeyMask {
    Value* argument;  // the input that it is made of
    Value* packed;    // the key mask of the ragged attention, once it exists
  };

  Rewriter& rewriter_;
  PassContext& context_;
  const Op* attention_ = nullptr;  // the first one
  std::vector<Value*> masks_;      // the arguments that mask attentions
  std::map<Value*, KeyMask> key_masks_;
  std::map<const Op*, Role> roles_;  // ops to rewrite
  std::vector<TokenGroup> groups_;
  std::vector<size_t> merged_;  // for each group: itself, or the group it was merged into
  std::map<const Value*, Tokens> tokens_;
  std::map<std::pair<const Value*, const Op*>, Value*> packed_;  // results of Pack
};

}  // namespace

Status PackTokens(Rewriter& rewriter, PassContext& context) {
  return TokenPacker(rewriter, context).Run();
}

}  // namespace octet::ir
