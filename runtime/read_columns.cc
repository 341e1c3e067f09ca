#include "runtime/read_columns.h"

#include "ir/op_views.h"

namespace octet::runtime {
namespace {

using ir::OpKind;

// Whether the op takes some neighbouring columns of its operand, and all of the other axes.
bool SlicesColumns(const ir::Op& op) {
  const auto slice = ir::As<ir::SliceOp>(op);
  if (!slice || slice->axes() != std::vector<int64_t>{op.result()->rank() - 1}) return false;
  return slice->steps()[0] == 1 && slice->starts()[0].is_static() && slice->ends()[0].is_static() &&
         slice->x()->shape().back().is_static();
}

}  // namespace

Columns ReadColumns(const ir::Op& op, int i) {
  const ir::Value* operand = op.operand(i);
  // The attention kernels alone take rows with a stride, and of their operands q, k and v.
  static_assert(ir::AttentionOp::OperandIndex("v") == 2);
  static_assert(ir::RaggedAttentionOp::OperandIndex("v") == 2);
  const bool reads_strided =
      (op.kind() == OpKind::kAttention || op.kind() == OpKind::kRaggedAttention) && i < 3;
  if (!reads_strided || operand->is_argument() || !SlicesColumns(*operand->def())) {
    return {operand, 0};
  }
  const ir::SliceOp slice(*operand->def());
  return {slice.x(), slice.starts()[0].constant()};
}

}  // namespace octet::runtime
