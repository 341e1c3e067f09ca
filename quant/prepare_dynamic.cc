#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ir/op_views.h"
#include "quant/quantize_dynamic.h"

namespace octet::quant {
namespace {

// The observes made so far, so that linears with a common operand share one.
class Observers {
 public:
  explicit Observers(ir::Rewriter* rewriter) : rewriter_(rewriter) {}

  // Lets operand `index` of `linear` be seen through an observe.
  Status Watch(ir::Op* linear, int index, const ObserverSpec& spec) {
    ir::Value* value = linear->operand(index);
    ir::Value*& observed = observed_[{value, spec.ToString()}];
    if (observed == nullptr) {
      OCTET_ASSIGN_OR_RETURN(
          observed, rewriter_->CreateValue(ir::OpKind::kObserve, {value}, {{"observer", spec}}));
    }
    return rewriter_->SetOperand(linear, index, observed);
  }

 private:
  ir::Rewriter* rewriter_;
  std::map<std::pair<ir::Value*, std::string>, ir::Value*> observed_;
};

}  // namespace

Status PrepareDynamicPass(ir::Rewriter& rewriter, ir::PassContext& context,
                          const QConfigDict& qconfigs) {
  std::vector<ir::Op*> linears;
  std::vector<std::string> paths;
  for (const auto& op : rewriter.module().ops()) {
    const auto linear = ir::As<ir::LinearOp>(*op);
    if (!linear) continue;
    // The verifier has proved that the weight is f32 of rank 2.
    const ir::Tensor* weight = linear->weight()->constant();
    if (weight == nullptr) {
      context.Explain(*op, "stays in float: the weight is computed while running");
      continue;
    }
    paths.push_back(op->location().module_path());
    if (weight->dims()[0] > kMaxQuantizedInputs) {
      context.Explain(*op, "stays in float: more than " + std::to_string(kMaxQuantizedInputs) +
                               " inputs, whose integer sums might not fit in 32 bits");
      continue;
    }
    linears.push_back(op.get());
  }
  OCTET_RETURN_IF_ERROR(CheckModulePaths(qconfigs, paths));

  rewriter.module().set_stage(ir::Stage::kQuant);
  Observers observers(&rewriter);
  for (ir::Op* linear : linears) {
    const QConfig* qconfig = FindQConfig(qconfigs, linear->location().module_path());
    if (qconfig == nullptr) {
      context.Explain(*linear, "stays in float: so says its qconfig, or no entry covers it");
      continue;
    }
    rewriter.SetInsertionPoint(linear);
    rewriter.set_location(linear->location());
    constexpr int kX = ir::LinearOp::OperandIndex("x");
    constexpr int kWeight = ir::LinearOp::OperandIndex("weight");
    OCTET_RETURN_IF_ERROR(observers.Watch(linear, kX, qconfig->activation));
    OCTET_RETURN_IF_ERROR(observers.Watch(linear, kWeight, qconfig->weight));
  }
  return {};
}

}  // namespace octet::quant
