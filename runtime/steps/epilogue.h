// What the steps of linear layers share: the epilogue of their product (kernels::GemmEpilogue).
#ifndef OCTET_RUNTIME_STEPS_EPILOGUE_H_
#define OCTET_RUNTIME_STEPS_EPILOGUE_H_

#include <vector>

#include "ir/op_views.h"
#include "kernels/kernel_table.h"
#include "runtime/step.h"

namespace octet::runtime {

// What a linear layer does to its sums: activation(sum + bias) + residual. nullptr for what is not
// there.
struct Epilogue {
  kernels::Activation activation = kernels::Activation::kNone;
  const ir::Value* bias = nullptr;
  const ir::Value* residual = nullptr;
};

kernels::Activation KernelActivation(ir::Activation activation);

// The epilogue of a LinearOp or a QLinearOp.
template <typename View>
Epilogue EpilogueOf(const View& linear) {
  return {KernelActivation(linear.activation()), linear.bias(), linear.residual()};
}

// Where a step finds what its epilogue needs.
struct EpilogueInputs {
  kernels::Activation activation = kernels::Activation::kNone;
  int bias = -1;      // input, or -1 for none
  int residual = -1;  // input, or -1 for none

  // Appends the values of the epilogue to the inputs of a step.
  static EpilogueInputs Append(const Epilogue& epilogue, std::vector<const ir::Value*>* inputs);

  const float* Bias(const StepRun& run) const {
    return bias < 0 ? nullptr : run.input<float>(bias);
  }
  // For an output of n columns. The row ranges, if wanted, are cleared.
  kernels::GemmEpilogue Bind(const StepRun& run, int64_t n) const;
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_EPILOGUE_H_
