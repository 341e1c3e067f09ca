// The first token of each sentence is selected before the ops that work on each token by itself,
// not after them, so that the last layer computes queries, output and feed-forward for one token a
// sentence instead of all:
//   gather(f(x, y), begin)                   ->  f(gather(x, begin), gather(y, begin))
//   gather(ragged_attention(q, k, v), begin) ->  ragged_attention(gather(q, begin), k, v)
// It applies where nothing but the selection reads f's result. Each row is computed as before, so
// no bit changes.
#include <iterator>
#include <map>

#include "ir/passes/match.h"

namespace octet::ir {
namespace {

// A selection of rows [t, ...] -> [b, ...] by the `begin` of a token_layout.
bool IsSelection(const Op& op) {
  if (op.kind() != OpKind::kGather || op.int_attr("axis") != 0) return false;
  const Op* layout = DefinedBy(op.operand(1), OpKind::kTokenLayout);
  return layout != nullptr && op.operand(1)->result_index() == 1;
}

// The operands of `op` that have a row for each token; nullopt when a row of the result depends on
// other rows than the same of these.
std::optional<std::vector<int>> TokenOperands(const Op& op) {
  switch (op.kind()) {
    case OpKind::kLinear:
      if (op.num_operands() > 3) return std::vector<int>{0, 3};
      return std::vector<int>{0};
    case OpKind::kRaggedAttention:
      return std::vector<int>{0};
    case OpKind::kAddLayerNorm:
      return std::vector<int>{0, 1};
    case OpKind::kLayerNorm:
      if (op.int_attr("axis") == 0) return std::nullopt;
      return std::vector<int>{0};
    default: {
      if (!GetOpInfo(op.kind()).elementwise) return std::nullopt;
      std::vector<int> operands;
      for (int i = 0; i < op.num_operands(); ++i) {
        const bool is_row = op.operand(i)->rank() < op.result()->rank();
        if (op.operand(i)->shape() == op.result()->shape())
          operands.push_back(i);
        else if (!is_row)
          return std::nullopt;
      }
      return operands;
    }
  }
}

// The selections that read `value`, in the order of its uses; nullopt when something else does too,
// or when they do not select the same.
std::optional<std::vector<Op*>> OnlySelections(const Value* value, const Module& module) {
  std::vector<Op*> selections;
  for (const Use& use : value->uses()) {
    const bool same = use.operand == 0 && IsSelection(*use.user) &&
                      (selections.empty() || use.user->operand(1) == selections[0]->operand(1));
    if (!same) return std::nullopt;
    selections.push_back(use.user);
  }
  if (selections.empty() || module.IsOutput(value)) return std::nullopt;
  return selections;
}

// Moves the selections behind `op` in front of it, if that can be done.
Result<bool> Move(Op* op, Rewriter& rewriter) {
  const auto token_operands = TokenOperands(*op);
  if (!token_operands) return false;
  const auto selections = OnlySelections(op->result(), rewriter.module());
  if (!selections) return false;
  Value* begin = (*selections)[0]->operand(1);
  // A row a sentence already: there is nothing left to select.
  if (op->result()->shape()[0] == begin->shape()[0]) return false;
  std::vector<Value*> operands(op->operands().begin(), op->operands().end());
  rewriter.SetInsertionPoint(op);
  for (const int i : *token_operands) {
    Value*& operand = operands[static_cast<size_t>(i)];
    rewriter.set_location((*selections)[0]->location());
    OCTET_ASSIGN_OR_RETURN(
        operand, rewriter.CreateValue(OpKind::kGather, {operand, begin}, {{"axis", int64_t{0}}}));
  }
  rewriter.set_location(op->location());
  OCTET_ASSIGN_OR_RETURN(Op * pooled, rewriter.Create(op->kind(), operands, op->attributes()));
  for (Op* selection : *selections) {
    OCTET_RETURN_IF_ERROR(rewriter.Replace(selection, {pooled->result()}));
  }
  rewriter.Erase(op);
  return true;
}

}  // namespace

Status PoolEarly(Rewriter& rewriter, PassContext&) {
  // From the last op to the first. A move replaces the op and erases ops behind it; what it makes
  // needs no move.
  auto& ops = rewriter.module().ops();
  for (auto it = ops.end(); it != ops.begin();) {
    const auto op = std::prev(it);
    const bool is_first = op == ops.begin();
    const auto before = is_first ? op : std::prev(op);
    OCTET_ASSIGN_OR_RETURN(const bool moved, Move(op->get(), rewriter));
    if (moved && is_first) return {};
    it = moved ? std::next(before) : op;
  }
  return {};
}

}  // namespace octet::ir
