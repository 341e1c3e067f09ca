// The tensors that one step is given.
#ifndef OCTET_RUNTIME_STEP_VIEWS_H_
#define OCTET_RUNTIME_STEP_VIEWS_H_

#include <cstdint>
#include <vector>

#include "runtime/step.h"

namespace octet::runtime {

// Their dims are fixed by the shapes of a run; their data pointers and ranges are set for each run.
struct StepViews {
  std::vector<ir::TensorView> inputs;
  std::vector<ir::MutableTensorView> outputs;
  RowRanges ranges;
  int64_t scratch_offset = 0;  // in the arena
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEP_VIEWS_H_
