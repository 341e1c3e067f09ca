#include "tests/runtime/op_by_op.h"

#include <map>

#include "ir/rewriter.h"
#include "ir/text/parser.h"

namespace octet::runtime {
namespace {

using Values = std::map<const ir::Value*, ir::Tensor>;

ir::Tensor Reshaped(const ir::Tensor& tensor, std::vector<int64_t> dims) {
  return Copy(std::vector<ir::TensorView>{
                  {tensor.view().dtype, std::move(dims), tensor.view().data}})
      .front();
}

// The results of one op on the operands in `values`.
Tensors RunOp(const ir::Module& module, const ir::Op& op, const Values& values) {
  ir::Module single;
  single.set_stage(module.stage());
  ir::Rewriter rewriter(&single);
  std::vector<ir::Value*> operands;
  Tensors inputs;
  for (const ir::Value* operand : op.operands()) {
    if (operand == nullptr) {
      operands.push_back(nullptr);
      continue;
    }
    const ir::Tensor& tensor = values.at(operand);
    if (operand->constant() != nullptr) {
      operands.push_back(ValueOrThrow(rewriter.Constant(tensor)));
    } else {
      operands.push_back(single.AddArgument("x" + std::to_string(inputs.size()), tensor.type()));
      inputs.push_back(tensor);
    }
  }
  const ir::Op* copy = ValueOrThrow(rewriter.Create(op.kind(), operands, op.attributes()));
  for (int i = 0; i < copy->num_results(); ++i) {
    single.AddOutput("y" + std::to_string(i), copy->result(i));
  }
  return RunProgram(ValueOrThrow(Compile(std::move(single), ReferenceKernels())), inputs);
}

}  // namespace

Tensors RandomInputs(const std::string& text, const ir::SymbolBinding& binding, uint64_t seed) {
  const ir::Module module = ValueOrThrow(ir::Parse(text));
  Tensors inputs;
  for (const auto& argument : module.arguments()) {
    auto dims = ValueOrThrow(ir::EvaluateShape(argument->shape(), binding));
    inputs.push_back(Random(argument->dtype(), std::move(dims), seed++));
  }
  return inputs;
}

Tensors RunOpByOp(const std::string& text, const ir::SymbolBinding& binding,
                  const Tensors& inputs) {
  const ir::Module module = ValueOrThrow(ir::Parse(text));
  Values values;
  for (size_t i = 0; i < inputs.size(); ++i) values[module.arguments()[i].get()] = inputs[i];
  for (const auto& op : module.ops()) {
    if (op->kind() == ir::OpKind::kConstant) {
      values[op->result()] = *op->result()->constant();
    } else if (op->kind() == ir::OpKind::kReshape) {
      auto dims = ValueOrThrow(ir::EvaluateShape(op->result()->shape(), binding));
      values[op->result()] = Reshaped(values.at(op->operand(0)), std::move(dims));
    } else {
      Tensors results = RunOp(module, *op, values);
      for (int i = 0; i < op->num_results(); ++i) {
        values[op->result(i)] = std::move(results[static_cast<size_t>(i)]);
      }
    }
  }
  Tensors outputs;
  for (const ir::Output& output : module.outputs()) outputs.push_back(values.at(output.value));
  return outputs;
}

}  // namespace octet::runtime
