#include "frontend_onnx/squeezed.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace octet::frontend_onnx {
namespace {

using ir::OpKind;

const ir::Op* SqueezeOf(const ir::Value* value) {
  const ir::Op* op = value == nullptr ? nullptr : value->def();
  return op != nullptr && op->kind() == OpKind::kSqueeze ? op : nullptr;
}

// Tracks the values that ops compute from x while it makes no difference whether `axes` are removed
// before or after an op. That holds for elementwise ops whose other operands have only the axes
// behind the removed ones, and for products with a matrix.
class AxisKeeper {
 public:
  AxisKeeper(const ir::Value* x, const std::vector<int64_t>& axes)
      : rank_(x->rank()), last_axis_(std::ranges::max(axes)), kept_{x} {}

  // Adds the result of `op` if the above holds for it; returns false if it does not.
  bool Add(const ir::Op& op) {
    const auto is_kept = [&](const ir::Value* value) { return kept_.contains(value); };
    if (std::ranges::none_of(op.operands(), is_kept)) return true;
    const bool is_product =
        op.kind() == OpKind::kMatMul && is_kept(op.operand(0)) && op.operand(1)->rank() == 2;
    if (!is_product && !ir::GetOpInfo(op.kind()).elementwise()) return false;
    const int64_t axes_behind = rank_ - 1 - last_axis_;
    const auto meets_axis = [&](const ir::Value* value) {
      return !is_kept(value) && value->rank() > axes_behind;
    };
    if (is_product ? axes_behind == 0 : std::ranges::any_of(op.operands(), meets_axis))
      return false;
    if (op.result()->rank() != rank_) return false;
    kept_.insert(op.result());
    return true;
  }

  bool Has(const ir::Value* value) const { return kept_.contains(value); }

 private:
  int64_t rank_;
  int64_t last_axis_;
  std::set<const ir::Value*> kept_;
};

// Makes squeeze(f(x)) for f(squeeze(x)); returns an empty list if that may not be the same.
Result<std::vector<ir::Value*>> ConvertBefore(std::vector<ir::Value*> operands,
                                              const ConvertFunction& convert,
                                              ir::Rewriter* rewriter) {
  const auto squeezed = std::ranges::find_if(operands, SqueezeOf);
  const ir::Op& squeeze = *SqueezeOf(*squeezed);
  const std::vector<int64_t>& axes = squeeze.ints_attr("axes");
  *squeezed = squeeze.operand(0);
  if (std::ranges::any_of(operands, SqueezeOf)) return std::vector<ir::Value*>();
  AxisKeeper keeper(*squeezed, axes);
  const std::list<std::unique_ptr<ir::Op>>& ops = rewriter->module().ops();
  const size_t num_ops = ops.size();
  Result<std::vector<ir::Value*>> outputs = convert(std::move(operands));
  rewriter->TakeUndecided();
  if (!outputs.ok()) return std::vector<ir::Value*>();
  const auto first = std::prev(ops.end(), static_cast<std::ptrdiff_t>(ops.size() - num_ops));
  const bool keeps = std::all_of(first, ops.end(), [&](const auto& op) { return keeper.Add(*op); });
  const bool has_all = std::ranges::all_of(
      *outputs, [&](const ir::Value* output) { return output == nullptr || keeper.Has(output); });
  if (!keeps || !has_all) return std::vector<ir::Value*>();
  for (ir::Value*& output : *outputs) {
    if (output == nullptr) continue;
    OCTET_ASSIGN_OR_RETURN(output,
                           rewriter->CreateValue(OpKind::kSqueeze, {output}, {{"axes", axes}}));
  }
  return outputs;
}

}  // namespace

Result<std::vector<ir::Value*>> ConvertSqueezed(std::vector<ir::Value*> operands,
                                                const ConvertFunction& convert,
                                                ir::Rewriter* rewriter) {
  if (std::ranges::none_of(operands, SqueezeOf)) return convert(std::move(operands));
  OCTET_ASSIGN_OR_RETURN(std::vector<ir::Value*> outputs,
                         ConvertBefore(operands, convert, rewriter));
  if (!outputs.empty()) return outputs;
  for (ir::Value*& operand : operands) {
    const ir::Op* squeeze = SqueezeOf(operand);
    if (squeeze == nullptr) continue;
    ir::Shape dims;
    for (const int64_t axis : squeeze->ints_attr("axes")) {
      dims.push_back(operand->shape()[static_cast<size_t>(axis)]);
    }
    OCTET_ASSIGN_OR_RETURN(operand,
                           rewriter->CreateValue(OpKind::kRequireNotOne, {squeeze->operand(0)},
                                                 {{"dims", std::move(dims)}}));
  }
  return convert(std::move(operands));
}

}  // namespace octet::frontend_onnx
