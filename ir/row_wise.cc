#include "ir/row_wise.h"

#include <algorithm>
#include <span>

#include "ir/op_views.h"

namespace octet::ir {
namespace {

std::span<const Dim> LeadingAxes(const Shape& shape) {
  return std::span(shape).first(shape.empty() ? 0 : shape.size() - 1);
}

bool HasRowsOf(const Value* operand, const Shape& result) {
  if (result.size() <= 1) return operand->shape() == result;
  return operand->rank() == static_cast<int64_t>(result.size()) &&
         std::ranges::equal(LeadingAxes(operand->shape()), LeadingAxes(result));
}

bool IsSharedByRows(const Value* operand) {
  return std::ranges::all_of(LeadingAxes(operand->shape()),
                             [](const Dim& dim) { return dim == Dim(1); });
}

uint32_t ElementwiseRowOperands(const Op& op) {
  const Shape& result = op.result()->shape();
  uint32_t rows = 0;
  for (int i = 0; i < op.num_operands(); ++i) {
    if (HasRowsOf(op.operand(i), result)) {
      rows |= uint32_t{1} << i;
    } else if (!IsSharedByRows(op.operand(i))) {
      return 0;
    }
  }
  return rows;
}

// Whether the op's `axis` or `axes`, if it has one, names only the last axis.
bool WorksAlongLastAxis(const Op& op) {
  const int64_t last = op.operand(0)->rank() - 1;
  if (op.FindAttribute("axis") != nullptr) return op.int_attr("axis") == last;
  if (op.FindAttribute("axes") != nullptr) return op.ints_attr("axes") == std::vector{last};
  return true;
}

// Conditions that go beyond shapes and axes.
bool KeepsRowsApart(const Op& op) {
  if (const auto matmul = As<MatMulOp>(op)) return matmul->b()->rank() <= 2;
  if (const auto quantize = As<QuantizeDynamicOp>(op)) {
    return quantize->observer().granularity == Granularity::kPerRow;
  }
  return true;
}

uint32_t MarkedRowOperands(const Op& op) {
  const OpInfo& info = GetOpInfo(op.kind());
  if (std::ranges::none_of(info.operands, &OperandInfo::has_rows)) return 0;
  if (!KeepsRowsApart(op) || !WorksAlongLastAxis(op)) return 0;
  const auto leading = LeadingAxes(op.result()->shape());
  uint32_t rows = 0;
  for (int i = 0; i < op.num_operands(); ++i) {
    const Value* operand = op.operand(i);
    if (operand == nullptr || !info.OperandAt(i).has_rows) continue;
    const Shape& shape = operand->shape();
    if (!std::ranges::equal(std::span(shape).first(std::min(shape.size(), leading.size())),
                            leading)) {
      return 0;
    }
    rows |= uint32_t{1} << i;
  }
  return rows;
}

}  // namespace

uint32_t RowOperands(const Op& op) {
  return GetOpInfo(op.kind()).elementwise() ? ElementwiseRowOperands(op) : MarkedRowOperands(op);
}

}  // namespace octet::ir
