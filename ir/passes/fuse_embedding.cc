// Rows of constant tables, and sums of them  ->  embedding(ids_0, table_0, ids_1, table_1 ...)
//
// A gather counts negative ids from the table's end. An embedding refuses them, as PyTorch's does:
// in a lookup of tokens they are a caller's mistake, which should be reported.
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

Result<bool> FuseLookup(Op* gather, Rewriter& rewriter, PassContext&) {
  const GatherOp lookup(*gather);
  Value* table = lookup.x();
  const bool is_table =
      table->constant() != nullptr && table->rank() == 2 && table->dtype() == DType::kF32;
  if (!is_table || lookup.axis() != 0) return false;
  // A scalar index selects a row. That is a slice rather than a lookup.
  if (lookup.indices()->rank() == 0) return false;
  OCTET_ASSIGN_OR_RETURN(Value * embedding,
                         rewriter.CreateValue(OpKind::kEmbedding, {lookup.indices(), table}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(gather, {embedding}));
  return true;
}

// (e_0 + ... + e_n) + e: adds one more lookup at the end of the sum. Addition commutes, so the side
// does not matter. It does not associate, so a sum of two sums is not merged.
Result<bool> FuseSum(Op* add, Rewriter& rewriter, PassContext& context) {
  Op* sum = DefinedBy(add->operand(0), OpKind::kEmbedding);
  Op* last = DefinedBy(add->operand(1), OpKind::kEmbedding);
  if (sum == nullptr || last == nullptr) return false;
  if (EmbeddingOp(*last).num_ids() > 1) std::swap(sum, last);
  const int max_operands = GetOpInfo(OpKind::kEmbedding).max_operands;
  if (EmbeddingOp(*last).num_ids() > 1) return false;
  if (sum->num_operands() + last->num_operands() > max_operands) return false;
  // Rows of different lengths broadcast in an add, but an embedding cannot do that.
  if (sum->result()->shape().back() != last->result()->shape().back()) return false;
  const Module& module = rewriter.module();
  if (!HasOneUse(sum->result(), module) || !HasOneUse(last->result(), module)) {
    context.Explain(*add, "an embedding is also used by itself");
    return false;
  }
  std::vector<Value*> operands(sum->operands().begin(), sum->operands().end());
  operands.insert(operands.end(), last->operands().begin(), last->operands().end());
  OCTET_ASSIGN_OR_RETURN(Op * fused, rewriter.Create(OpKind::kEmbedding, operands));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(add, {fused->result()}));
  rewriter.Erase(sum);
  rewriter.Erase(last);
  return true;
}

}  // namespace

Status FuseEmbedding(Rewriter& rewriter, PassContext& context) {
  OCTET_RETURN_IF_ERROR(ApplyPattern({OpKind::kGather}, FuseLookup, rewriter, context));
  return ApplyPattern({OpKind::kAdd}, FuseSum, rewriter, context);
}

}  // namespace octet::ir
