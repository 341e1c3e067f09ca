// The tensors that one step is given.
#ifndef OCTET_RUNTIME_STEP_VIEWS_H_
#define OCTET_RUNTIME_STEP_VIEWS_H_

#include <algorithm>
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

// The bytes of memory that the step needs for itself alone in a run on these views: none where it
// has nothing to compute, whatever the sizes are that its scratch would have.
inline int64_t ScratchBytes(const Step& step, const StepViews& views, int threads) {
  const bool is_empty = std::ranges::all_of(
      views.outputs, [](const ir::MutableTensorView& view) { return view.num_elements() == 0; });
  return is_empty ? 0 : step.ScratchBytes({views.inputs, views.outputs, threads});
}

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEP_VIEWS_H_
