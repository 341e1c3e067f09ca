// Padding-free execution: where every output is pooled from the first token of each sentence, the
// tokens [b,s,...] between the embedding and the pooling become [t,...], t the number of tokens
// that are no padding, so that nothing is computed for padding (the idea of EffectiveTransformer
// and of Zhai et al. 2022, ByteTransformer).
//
// It applies when every value made of the embeddings is token-wise (a linear, a normalization, an
// activation, a sum with another such value), an attention whose mask only hides padding keys, or
// the first token; otherwise nothing is changed, and Explain says which op was in the way.
#include <map>

#include "ir/passes/key_mask.h"
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

class TokenPacker {
 public:
  TokenPacker(Rewriter& rewriter, PassContext& context) : rewriter_(rewriter), context_(context) {}

  Status Run() {
    if (!FindLayout()) return {};
    for (const auto& op : rewriter_.module().ops()) {
      if (!Classify(*op)) return {};
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
      if (op->num_operands() < 4) return Decline(*op, "the attention has no mask");
      Value* mask = op->operand(3);
      if (key_masks_.contains(mask)) continue;
      std::string why;
      Value* argument = FindKeyMaskArgument(mask, &why);
      if (argument == nullptr) return Decline(*op, std::move(why));
      if (mask_argument_ != nullptr && mask_argument_ != argument) {
        return Decline(*op, "the attentions are masked by different inputs");
      }
      mask_argument_ = argument;
      key_masks_[mask] = nullptr;
    }
    return mask_argument_ != nullptr;
  }

  bool IsToken(const Value* value) const { return tokens_.contains(value); }

  // [b,s,...] with the b and s of the mask.
  bool HasTokenShape(const Value* value) const {
    const Shape& shape = value->shape();
    return shape.size() >= 2 && shape[0] == mask_argument_->shape()[0] &&
           shape[1] == mask_argument_->shape()[1];
  }

  // Gives the op its role when it makes or uses tokens; false when it cannot have one.
  bool Classify(const Op& op) {
    bool uses_tokens = false;
    for (const Value* operand : op.operands()) uses_tokens |= IsToken(operand);
    Role role = Role::kTokenwise;
    if (op.kind() == OpKind::kEmbedding && HasTokenShape(op.result())) {
      if (uses_tokens) return Decline(op, "an embedding of computed ids");
      role = Role::kEmbedding;
    } else if (!uses_tokens) {
      return true;
    } else if (op.kind() == OpKind::kAttention) {
      role = Role::kAttention;
      for (int i = 0; i < 3; ++i) {
        if (!IsToken(op.operand(i))) return Decline(op, "an attention across two sequences");
      }
    } else if (IsFirstToken(op)) {
      role = Role::kFirstToken;
    } else if (!IsTokenwise(op)) {
      return Decline(op, std::string(op.name()) + " mixes the tokens of a sentence");
    }
    roles_[&op] = role;
    if (role == Role::kFirstToken) return true;
    if (rewriter_.module().IsOutput(op.result())) {
      return Decline(op, "an output keeps the sequence axis");
    }
    tokens_.insert({op.result(), nullptr});
    return true;
  }

  bool IsFirstToken(const Op& op) const {
    if (op.kind() != OpKind::kGather || op.int_attr("axis") != 1) return false;
    const Contents* index = op.operand(1)->contents();
    return op.operand(1)->rank() == 0 && index != nullptr && (*index)[0] == Dim(0);
  }

  // Whether row [b,s] of the result depends on the same row of the operands alone.
  bool IsTokenwise(const Op& op) const {
    switch (op.kind()) {
      case OpKind::kLinear:
      case OpKind::kGelu:
      case OpKind::kRelu:
      case OpKind::kTanh:
      case OpKind::kErf:
      case OpKind::kAddLayerNorm:
        break;
      case OpKind::kLayerNorm:
        if (op.int_attr("axis") < 2) return false;
        break;
      case OpKind::kAdd:
      case OpKind::kSub:
      case OpKind::kMul:
      case OpKind::kDiv:
        break;
      default:
        return false;
    }
    for (const Value* operand : op.operands()) {
      const bool is_row = operand->constant() != nullptr && operand->rank() <= 1;
      const bool is_weight = op.kind() == OpKind::kLinear && operand->constant() != nullptr;
      if (!IsToken(operand) && !is_row && !is_weight) return false;
    }
    return HasTokenShape(op.result());
  }

  Status Rewrite() {
    auto& ops = rewriter_.module().ops();
    if (roles_.empty()) return {};
    rewriter_.SetInsertionPoint(ops.front().get());
    rewriter_.set_location({});
    OCTET_ASSIGN_OR_RETURN(layout_, rewriter_.Create(OpKind::kTokenLayout, {mask_argument_}));
    rewriter_.SetName(layout_->result(0), "token_index");
    rewriter_.SetName(layout_->result(1), "sentence_begin");
    rewriter_.SetName(layout_->result(2), "sentence_length");
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
      operands.push_back(IsToken(operand) ? tokens_[operand] : operand);
    }
    Attributes attributes = op.attributes();
    OpKind kind = op.kind();
    switch (role) {
      case Role::kEmbedding:
        for (size_t i = 0; i < operands.size(); i += 2) {
          OCTET_ASSIGN_OR_RETURN(operands[i], Pack(operands[i]));
        }
        break;
      case Role::kTokenwise:
        if (kind == OpKind::kLayerNorm) attributes["axis"] = op.int_attr("axis") - 1;
        break;
      case Role::kAttention: {
        OCTET_ASSIGN_OR_RETURN(Value * mask, PackMask(operands[3]));
        operands.resize(3);
        operands.insert(operands.end(), {layout_->result(1), layout_->result(2), mask});
        kind = OpKind::kRaggedAttention;
        break;
      }
      case Role::kFirstToken:
        operands[1] = layout_->result(1);
        attributes["axis"] = int64_t{0};
        break;
    }
    OCTET_ASSIGN_OR_RETURN(Op * created, rewriter_.Create(kind, operands, std::move(attributes)));
    return created->result();
  }

  // x[b or 1, s, ...] -> [t, ...], once for each x.
  Result<Value*> Pack(Value* x) {
    Value*& packed = packed_[x];
    if (packed == nullptr) {
      OCTET_ASSIGN_OR_RETURN(packed,
                             rewriter_.CreateValue(OpKind::kPackTokens, {x, layout_->result(0)}));
    }
    return packed;
  }

  // The mask [b,heads or 1,queries or 1,s] of one head and query, packed.
  Result<Value*> PackMask(Value* mask) {
    Value*& packed = key_masks_[mask];
    if (packed != nullptr) return packed;
    Value* keys = mask;
    for (const int64_t axis : {1, 2}) {
      if (keys->shape()[static_cast<size_t>(axis)] == Dim(1)) continue;
      OCTET_ASSIGN_OR_RETURN(keys, rewriter_.CreateValue(OpKind::kSlice, {keys},
                                                         {{"axes", std::vector<int64_t>{axis}},
                                                          {"starts", Shape{0}},
                                                          {"ends", Shape{1}},
                                                          {"steps", std::vector<int64_t>{1}}}));
    }
    const Shape shape = {keys->shape()[0], keys->shape()[3]};
    OCTET_ASSIGN_OR_RETURN(keys,
                           rewriter_.CreateValue(OpKind::kReshape, {keys}, {{"shape", shape}}));
    OCTET_ASSIGN_OR_RETURN(packed, Pack(keys));
    return packed;
  }

  Rewriter& rewriter_;
  PassContext& context_;
  Value* mask_argument_ = nullptr;
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
