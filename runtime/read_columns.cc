#include "runtime/read_columns.h"

namespace octet::runtime {
namespace {

using ir::OpKind;

// Whether the op takes some neighbouring columns of its operand, and all of the other axes.
bool SlicesColumns(const ir::Op& op) {
  if (op.kind() != OpKind::kSlice) return false;
  const auto& axes = op.ints_attr("axes");
  return axes.size() == 1 && axes[0] == op.result()->rank() - 1 && op.ints_attr("steps")[0] == 1 &&
         op.dims_attr("starts")[0].is_static() && op.dims_attr("ends")[0].is_static() &&
         op.operand(0)->shape().back().is_static();
}

}  // namespace

Columns ReadColumns(const ir::Op& op, int i) {
  const ir::Value* operand = op.operand(i);
  const bool reads_strided =
      (op.kind() == OpKind::kAttention || op.kind() == OpKind::kRaggedAttention) && i < 3;
  if (!reads_strided || operand->is_argument() || !SlicesColumns(*operand->def())) {
    return {operand, 0};
  }
  const ir::Op& slice = *operand->def();
  return {slice.operand(0), slice.dims_attr("starts")[0].coefficient()};
}

}  // namespace octet::runtime
