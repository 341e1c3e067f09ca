// How a strip of row-wise steps (program.h) is run in blocks of rows, for one set of symbol values.
//
// Each worker has rows of its own and takes them through the steps a block at a time. What the
// steps of a strip hand each other lies in the worker's part of the arena, as many rows as a block
// has, so that it stays in the worker's cache; everything else is in the arena as without strips.
#ifndef OCTET_RUNTIME_STRIP_PLAN_H_
#define OCTET_RUNTIME_STRIP_PLAN_H_

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/program.h"
#include "runtime/row_blocks.h"
#include "runtime/step_views.h"

namespace octet::runtime {

// Where the rows of an input or output of a step are.
struct StripOperand {
  enum class Kind : uint8_t {
    kWhole,  // the same for all rows
    kRows,   // row i is row_bytes * i bytes from where the whole tensor begins
    kLocal,  // the block is at `offset` in the worker's memory
  };
  Kind kind;
  int64_t row_bytes = 0;
  int64_t offset = 0;
};

struct StripStep {
  std::vector<StripOperand> inputs;
  std::vector<StripOperand> outputs;
  // In the worker's memory; -1 for no ranges.
  int64_t input_ranges_offset = -1;
  int64_t output_ranges_offset = -1;
  int64_t scratch_offset = 0;
};

struct StripPlan {
  int first = 0;  // as Strip
  RowBlocks blocks;
  int64_t worker_bytes = 0;  // of each worker's memory
  int64_t arena_offset = 0;
  std::vector<StripStep> steps;
  // The views that each worker hands to each step; they are changed for every block.
  std::vector<std::vector<StepViews>> workers;

  int end() const { return first + static_cast<int>(steps.size()); }
};

// Whether each of the threads has so many rows that it had better work on its own: with fewer, they
// share the columns of each product, because reading the weights is what takes the time.
bool RunsByBlocks(int64_t rows, int threads);

// Plans `strip` for `rows` rows; `views` are those of all steps of the program. ResourceLimit when
// sizes do not fit in 63 bits.
Result<StripPlan> MakeStripPlan(const Program& program, const Strip& strip, int64_t rows,
                                std::span<const StepViews> views, int threads);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STRIP_PLAN_H_
