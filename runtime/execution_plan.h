// A program made concrete for one set of symbol values: every dim a number, every buffer an offset.
// A Session keeps the plans of the shapes it saw last.
#ifndef OCTET_RUNTIME_EXECUTION_PLAN_H_
#define OCTET_RUNTIME_EXECUTION_PLAN_H_

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/program.h"
#include "runtime/step_views.h"
#include "runtime/strip_plan.h"

namespace octet::runtime {

struct ExecutionPlan {
  std::vector<int64_t> symbol_values;  // as Program::symbols
  ir::SymbolBinding binding;
  std::vector<int64_t> buffer_offsets;  // as Program::buffers; -1 for one without memory here
  std::vector<StepViews> steps;         // as Program::steps
  std::vector<StripPlan> strips;        // those that are run by blocks, in order
  std::vector<ir::TensorView> outputs;  // as Program::outputs
  bool empty = false;                   // no output has an element: there is nothing to compute
  int64_t arena_bytes = 0;

  // Points every view at its memory in `arena`, the arguments and the program's constants.
  void SetPointers(const Program& program, std::byte* arena,
                   std::span<const ir::TensorView* const> arguments);
};

// Plans a run for these values of Program::symbols on `threads` threads. ResourceLimit when a size
// does not fit in 63 bits; InvalidArgument, naming the expression, when one is negative or when a
// reshape does not keep the number of elements.
Result<ExecutionPlan> MakeExecutionPlan(const Program& program,
                                        std::span<const int64_t> symbol_values, int threads);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_EXECUTION_PLAN_H_
