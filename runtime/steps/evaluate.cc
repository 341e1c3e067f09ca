// Ops without a kernel: ir::Evaluate, the same code that folds constants.
#include "ir/evaluate/evaluate.h"

#include "runtime/compile_context.h"

namespace octet::runtime {
namespace {

class EvaluateStep final : public Step {
 public:
  explicit EvaluateStep(const ir::OpSpec& op) : op_(op) {}

  Status Run(const StepRun& run) const override {
    return ir::Evaluate(op_, run.inputs, run.outputs, run.binding);
  }

  std::string kernel() const override { return {}; }

 private:
  ir::OpSpec op_;
};

}  // namespace

Result<MadeStep> MakeEvaluate(const ir::Op& op, CompileContext&) {
  if (!ir::CanEvaluate(op)) {
    std::string types;
    for (const ir::Value* operand : op.present_operands())
      types += " " + operand->type().ToString();
    return Unsupported("the runtime has no step for " + std::string(op.name()) +
                       (types.empty() ? "" : " of" + types));
  }
  return MadeStep{std::make_unique<EvaluateStep>(op), AllOperands(op)};
}

}  // namespace octet::runtime
