#include "runtime/steps/epilogue.h"

#include <algorithm>

namespace octet::runtime {

// Both enums have the same values, so that one casts into the other.
#define OCTET_SAME_VALUE(value)                                 \
  static_assert(static_cast<int>(kernels::Activation::value) == \
                static_cast<int>(ir::Activation::value))
OCTET_SAME_VALUE(kNone);
OCTET_SAME_VALUE(kRelu);
OCTET_SAME_VALUE(kGelu);
OCTET_SAME_VALUE(kTanh);
#undef OCTET_SAME_VALUE

kernels::Activation KernelActivation(ir::Activation activation) {
  return static_cast<kernels::Activation>(activation);
}

EpilogueInputs EpilogueInputs::Append(const Epilogue& epilogue,
                                      std::vector<const ir::Value*>* inputs) {
  const auto append = [&](const ir::Value* value) {
    if (value == nullptr) return -1;
    inputs->push_back(value);
    return static_cast<int>(inputs->size()) - 1;
  };
  EpilogueInputs appended{.activation = epilogue.activation};
  appended.bias = append(epilogue.bias);
  appended.residual = append(epilogue.residual);
  return appended;
}

kernels::GemmEpilogue EpilogueInputs::Bind(const StepRun& run, int64_t n) const {
  kernels::RowRange* range = run.ranges.output;
  if (range != nullptr) std::fill_n(range, run.outputs[0].num_elements() / n, kernels::RowRange{});
  return {.activation = activation,
          .residual = residual < 0 ? nullptr : run.input<float>(residual),
          .ld_residual = n,
          .range = range};
}

}  // namespace octet::runtime
