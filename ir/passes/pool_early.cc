// Selects the first token of each sentence before the ops that work on each token by itself,
// instead of after them. The last layer then computes queries, output and feed-forward for one
// token of each sentence instead of all:
//   gather(f(x, y), begin)                   ->  f(gather(x, begin), gather(y, begin))
//   gather(ragged_attention(q, k, v), begin) ->  ragged_attention(gather(q, begin), k, v)
// It applies if only the selection reads f's result. Each row is computed as before, so the bits do
// not change.
#include <iterator>
#include <map>

#include "ir/passes/match.h"
#include "ir/row_wise.h"

namespace octet::ir {
namespace {

// A selection of rows [t, ...] -> [b, ...] by the `begin` of a token_layout.
bool IsSelection(const Op& op) {
  const auto gather = As<GatherOp>(op);
  if (!gather || gather->axis() != 0) return false;
  const auto layout = DefinedAs<TokenLayoutOp>(gather->indices());
  return layout && layout->begin() == gather->indices();
}

// The `begin` of a selection.
Value* SelectedRows(const Op& selection) { return GatherOp(selection).indices(); }

// As bits, the operands of `op` of which a selected row of the result needs only the same row. 0 if
// `op` cannot compute a selection of its rows from such rows.
uint32_t OperandsToSelect(const Op& op) {
  // Ragged attention is not row-wise, but it can compute any of its rows if it knows their
  // sentences. Its form for one query in each sentence does so.
  if (op.kind() == OpKind::kRaggedAttention) {
    return uint32_t{1} << RaggedAttentionOp::OperandIndex("q");
  }
  if (op.num_results() != 1) return 0;
  // The first axis holds the tokens. In a vector the tokens are rows only of an elementwise op.
  const bool tokens_are_rows = op.result()->rank() > 1 || GetOpInfo(op.kind()).elementwise();
  return tokens_are_rows ? RowOperands(op) : 0;
}

// The selections that read `value`, in the order of its uses; nullopt when something else reads it
// too, or when they select different rows.
std::optional<std::vector<Op*>> OnlySelections(const Value* value, const Module& module) {
  std::vector<Op*> selections;
  for (const Use& use : value->uses()) {
    const bool same =
        IsSelection(*use.user) && GatherOp(*use.user).x() == value &&
        (selections.empty() || SelectedRows(*use.user) == SelectedRows(*selections[0]));
    if (!same) return std::nullopt;
    selections.push_back(use.user);
  }
  if (selections.empty() || module.IsOutput(value)) return std::nullopt;
  return selections;
}

// Moves the selections after `op` in front of it, if possible.
Result<bool> Move(Op* op, Rewriter& rewriter) {
  const uint32_t selected = OperandsToSelect(*op);
  if (selected == 0) return false;
  const auto selections = OnlySelections(op->result(), rewriter.module());
  if (!selections) return false;
  Value* begin = SelectedRows(*(*selections)[0]);
  // There is one row for each sentence already, so nothing is left to select.
  if (op->result()->shape()[0] == begin->shape()[0]) return false;
  std::vector<Value*> operands(op->operands().begin(), op->operands().end());
  rewriter.SetInsertionPoint(op);
  for (size_t i = 0; i < operands.size(); ++i) {
    if ((selected >> i & 1) == 0) continue;
    Value*& operand = operands[i];
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
  // Go from the last op to the first. A move replaces the op and erases ops after it. The ops that
  // it makes do not need a move.
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
