// Padding-free execution: where every output is pooled from the first token of each sentence, the
// tokens [b,s,...] between the embedding and the pooling become [t,...], t the number of tokens
// that are no padding, so that nothing is computed for padding (the idea of EffectiveTransformer
// and of Zhai et al. 2022, ByteTransformer).
//
// It applies when every value made of the embeddings is made row by row (ir/row_wise.h) of other
// such values, weights and vectors, or is an attention whose mask only hides padding keys, or the
// first token; otherwise nothing is changed, and Explain says which op was in the way.
//
// What a hidden key would have added to a sum is exactly 0: its weight is e^x, rounded, with x
// below -10000 plus the spread of the scores, unless they are as big as that themselves.
#include <algorithm>
#include <map>

#include "ir/passes/key_mask.h"
#include "ir/passes/match.h"
#include "ir/row_wise.h"

namespace octet::ir {
namespace {

// Whether a dimension of an argument is called t, as token_layout calls the number of tokens.
bool HasSymbolT(const Module& module) {
  for (const auto& argument : module.arguments()) {
    for (const Dim& dim : argument->shape()) {
      if (std::ranges::count(dim.symbols(), "t") != 0) return true;
    }
  }
  return false;
}

class TokenPacker {
 public:
  TokenPacker(Rewriter& rewriter, PassContext& context) : rewriter_(rewriter), context_(context) {}

  Status Run() {
    if (!FindLayout()) return {};
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

  // Finds the one input that masks every attention.
  bool FindLayout() {
    for (const auto& op : rewriter_.module().ops()) {
      if (op->kind() != OpKind::kAttention) continue;
      Value* mask = AttentionOp(*op).mask();
      if (mask == nullptr) return Decline(*op, "the attention has no mask");
      if (HasSymbolT(rewriter_.module())) return Decline(*op, "an input has a dimension called t");
      if (key_masks_.contains(mask)) continue;
      std::string why;
      Value* argument = FindKeyMaskArgument(mask, &why);
      if (argument == nullptr) return Decline(*op, std::move(why));
      if (mask_argument_ != nullptr && mask_argument_ != argument) {
        return Decline(*op, "the attentions are masked by different inputs");
      }
      mask_argument_ = argument;
      attention_ = op.get();
      key_masks_[mask] = nullptr;
    }
    return mask_argument_ != nullptr;
  }

  bool IsToken(const Value* value) const { return tokens_.contains(value); }

  const Dim& batch() const { return mask_argument_->shape()[0]; }
  const Dim& sequence() const { return mask_argument_->shape()[1]; }

  // [b,s,n] with the b and s of the mask.
  bool HasTokenShape(const Value* value) const {
    const Shape& shape = value->shape();
    return shape.size() == 3 && shape[0] == batch() && shape[1] == sequence();
  }

  // Gives the op its role when it makes or uses tokens; false when it cannot have one.
  bool Classify(const Op& op) {
    bool uses_tokens = false;
    for (const Value* operand : op.present_operands()) uses_tokens |= IsToken(operand);
    Role role = Role::kTokenwise;
    if (op.kind() == OpKind::kEmbedding && HasTokenShape(op.result())) {
      role = Role::kEmbedding;  // ids have two axes at most, tokens three
    } else if (!uses_tokens) {
      return true;
    } else if (const auto attention = As<AttentionOp>(op)) {
      role = Role::kAttention;
      for (const Value* x : {attention->q(), attention->k(), attention->v()}) {
        if (!IsToken(x)) return Decline(op, "an attention across two sequences");
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
    tokens_.insert({op.result(), nullptr});
    return true;
  }

  // x[:, 0], or x[:, 0:1] with the axis kept.
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

  // Whether token [b,s] of the result is made of the same token of the operands, and of what has no
  // batch and no sequence.
  bool IsTokenwise(const Op& op) const {
    const uint32_t rows = RowOperands(op);
    if (rows == 0 || !HasTokenShape(op.result())) return false;
    const bool elementwise = GetOpInfo(op.kind()).elementwise();
    for (int i = 0; i < op.num_operands(); ++i) {
      const Value* operand = op.operand(i);
      if (operand == nullptr) continue;
      if (IsToken(operand) != ((rows >> i & 1) != 0)) return false;
      // With axes of 1 in front it would not broadcast against rows of fewer axes.
      if (elementwise && !IsToken(operand) && operand->rank() > 1) return false;
    }
    return true;
  }

  Status Rewrite() {
    auto& ops = rewriter_.module().ops();
    rewriter_.SetInsertionPoint(ops.front().get());
    rewriter_.set_location({});
    OCTET_ASSIGN_OR_RETURN(layout_, rewriter_.Create(OpKind::kTokenLayout, {mask_argument_}));
    const TokenLayoutOp layout(*layout_);
    rewriter_.SetName(layout.index(), "token_index");
    rewriter_.SetName(layout.begin(), "sentence_begin");
    rewriter_.SetName(layout.length(), "sentence_length");
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
        tokens_[op->result()] = value;
        replaced.push_back(op);
      }
    }
    for (auto it = replaced.rbegin(); it != replaced.rend(); ++it) rewriter_.Erase(*it);
    return {};
  }

  Result<Value*> RewriteOp(const Op& op, Role role) {
    std::vector<Value*> operands;
    for (Value* operand : op.operands()) {
      operands.push_back(operand != nullptr && IsToken(operand) ? tokens_[operand] : operand);
    }
    Attributes attributes = op.attributes();
    OpKind kind = op.kind();
    switch (role) {
      case Role::kEmbedding:
        for (size_t i = 0; i < operands.size(); i += EmbeddingOp::kNumRepeated) {
          OCTET_ASSIGN_OR_RETURN(operands[i], PackIds(operands[i]));
        }
        break;
      case Role::kTokenwise:
        // The last axis, which is all that an op on rows may work along: [b,s,n] is [t,n] now.
        if (attributes.contains("axis")) attributes["axis"] = int64_t{1};
        if (attributes.contains("axes")) attributes["axes"] = std::vector<int64_t>{1};
        break;
      case Role::kAttention: {
        const AttentionOp attention(op);
        OCTET_ASSIGN_OR_RETURN(Value * mask, PackMask(attention.mask()));
        const TokenLayoutOp layout(*layout_);
        operands = {tokens_[attention.q()], tokens_[attention.k()], tokens_[attention.v()],
                    layout.begin(),         layout.length(),        mask};
        kind = OpKind::kRaggedAttention;
        break;
      }
      case Role::kFirstToken: {
        OCTET_ASSIGN_OR_RETURN(Value * begin, SentenceBegin(op.result()->rank()));
        operands = {operands[0], begin};
        attributes = {{"axis", int64_t{0}}};
        kind = OpKind::kGather;
        break;
      }
    }
    OCTET_ASSIGN_OR_RETURN(Op * created, rewriter_.Create(kind, operands, std::move(attributes)));
    return created->result();
  }

  // x[b or 1, s, ...] -> [t, ...], once for each x.
  Result<Value*> Pack(Value* x) {
    Value*& packed = packed_[x];
    if (packed == nullptr) {
      OCTET_ASSIGN_OR_RETURN(
          packed, rewriter_.CreateValue(OpKind::kPackTokens, {x, TokenLayoutOp(*layout_).index()}));
    }
    return packed;
  }

  // The ids of an embedding broadcast to [b,s].
  Result<Value*> PackIds(Value* ids) {
    const Shape full = {batch(), sequence()};
    if (ids->shape() != full && ids->shape() != Shape{1, sequence()}) {
      OCTET_ASSIGN_OR_RETURN(ids, rewriter_.CreateValue(OpKind::kExpand, {ids}, {{"shape", full}}));
    }
    return Pack(ids);
  }

  // The mask [b,1,1,s], packed.
  Result<Value*> PackMask(Value* mask) {
    Value*& packed = key_masks_[mask];
    if (packed == nullptr) {
      const Shape shape = {batch(), sequence()};
      OCTET_ASSIGN_OR_RETURN(Value * keys,
                             rewriter_.CreateValue(OpKind::kReshape, {mask}, {{"shape", shape}}));
      OCTET_ASSIGN_OR_RETURN(packed, Pack(keys));
    }
    return packed;
  }

  // The index that gathers each first token: [b], or [b,1] where x[b,1,n] is wanted.
  Result<Value*> SentenceBegin(int64_t rank) {
    Value* begin = TokenLayoutOp(*layout_).begin();
    if (rank == 2) return begin;
    return rewriter_.CreateValue(OpKind::kReshape, {begin}, {{"shape", Shape{batch(), 1}}});
  }

  Rewriter& rewriter_;
  PassContext& context_;
  Value* mask_argument_ = nullptr;
  const Op* attention_ = nullptr;  // one that it masks
  Op* layout_ = nullptr;
  std::map<Value*, Value*> key_masks_;     // mask operand -> packed key mask
  std::map<const Op*, Role> roles_;        // ops to rewrite
  std::map<const Value*, Value*> tokens_;  // token value [b,s,...] -> packed [t,...]
  std::map<const Value*, Value*> packed_;  // what Pack made
};

}  // namespace

Status PackTokens(Rewriter& rewriter, PassContext& context) {
  return TokenPacker(rewriter, context).Run();
}

}  // namespace octet::ir
