// Ops without a kernel: ir::Evaluate, the same code that folds constants.
#include "ir/evaluate/evaluate.h"

#include "ir/rewriter.h"
#include "runtime/compile_context.h"

namespace octet::runtime {
namespace {

// Owns a copy of its op, in a module of its own whose arguments stand for the operands.
class EvaluateStep final : public Step {
 public:
  EvaluateStep(ir::Module module, const ir::Op* op) : module_(std::move(module)), op_(op) {}

  Status Run(const StepRun& run) const override {
    return ir::Evaluate(*op_, run.inputs, run.outputs, run.binding);
  }

  std::string kernel() const override { return {}; }

 private:
  ir::Module module_;
  const ir::Op* op_;
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
  ir::Module module;
  std::vector<ir::Value*> operands;
  for (const ir::Value* operand : op.operands()) {
    operands.push_back(
        module.AddArgument("operand" + std::to_string(operands.size()), operand->type()));
  }
  ir::Rewriter rewriter(&module);
  rewriter.set_location(op.location());
  OCTET_ASSIGN_OR_RETURN(ir::Op * copy, rewriter.Create(op.kind(), operands, op.attributes()));
  for (int i = 0; i < op.num_results(); ++i) {
    if (copy->result(i)->type() != op.result(i)->type()) {
      return Internal("the type of " + std::string(op.name()) +
                      " depends on more than its operands");
    }
  }
  return MadeStep{std::make_unique<EvaluateStep>(std::move(module), copy), AllOperands(op)};
}

}  // namespace octet::runtime
