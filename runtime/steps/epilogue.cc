#include "runtime/steps/epilogue.h"

#include <algorithm>
#include <string>

namespace octet::runtime {

Result<kernels::Activation> FindActivation(const ir::Op& op) {
  using kernels::Activation;
  const ir::Attribute* attribute = op.FindAttribute("activation");
  if (attribute == nullptr) return Activation::kNone;
  const std::string& name = std::get<std::string>(*attribute);
  if (name == "none") return Activation::kNone;
  if (name == "relu") return Activation::kRelu;
  if (name == "gelu") return Activation::kGelu;
  if (name == "tanh") return Activation::kTanh;
  return Unsupported("activation '" + Printable(name) + "'");
}

EpilogueInputs EpilogueInputs::From(kernels::Activation activation, int first, int num_inputs) {
  return {.activation = activation,
          .bias = num_inputs > first ? first : -1,
          .residual = num_inputs > first + 1 ? first + 1 : -1};
}

kernels::GemmEpilogue EpilogueInputs::Bind(const StepRun& run, int64_t n) const {
  kernels::RowRange* range = RangeOutput(run);
  if (range != nullptr) std::fill_n(range, run.outputs[0].num_elements() / n, kernels::RowRange{});
  return {.activation = activation,
          .residual = residual < 0 ? nullptr : run.input<float>(residual),
          .ld_residual = n,
          .range = range};
}

kernels::RowRange* RangeOutput(const StepRun& run) {
  return run.outputs.size() > 1 ? run.output<kernels::RowRange>(1) : nullptr;
}

}  // namespace octet::runtime
