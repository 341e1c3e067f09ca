// What the steps of linear layers share: the epilogue of their product (kernels::GemmEpilogue).
#ifndef OCTET_RUNTIME_STEPS_EPILOGUE_H_
#define OCTET_RUNTIME_STEPS_EPILOGUE_H_

#include "ir/graph.h"
#include "kernels/kernel_table.h"
#include "runtime/step.h"

namespace octet::runtime {

// The op's attribute "activation", kNone when it has none. Unsupported for an unknown one.
Result<kernels::Activation> FindActivation(const ir::Op& op);

// Where a linear layer finds what its epilogue needs.
struct EpilogueInputs {
  kernels::Activation activation = kernels::Activation::kNone;
  int bias = -1;      // input, or -1 for none
  int residual = -1;  // input, or -1 for none

  // The inputs from `first` on are a bias and a residual, as many of them as there are.
  static EpilogueInputs From(kernels::Activation activation, int first, int num_inputs);

  const float* Bias(const StepRun& run) const {
    return bias < 0 ? nullptr : run.input<float>(bias);
  }
  // For an output of n columns. The row ranges, if wanted, are cleared.
  kernels::GemmEpilogue Bind(const StepRun& run, int64_t n) const;
  uint32_t residual_bit() const { return residual < 0 ? 0 : uint32_t{1} << residual; }
};

// The row ranges (one kernels::RowRange a row) that a step writes as output 1; null when nobody
// wants them.
kernels::RowRange* RangeOutput(const StepRun& run);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_EPILOGUE_H_
