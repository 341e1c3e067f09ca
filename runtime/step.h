// One step of a Program: an op bound to its kernels, with its weights packed. Steps are immutable;
// what a run changes lives in the Session.
#ifndef OCTET_RUNTIME_STEP_H_
#define OCTET_RUNTIME_STEP_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "ir/tensor.h"
#include "kernels/kernel_table.h"
#include "runtime/thread_pool.h"

namespace octet::runtime {

// Ranges of rows (one kernels::RowRange a row) that a step hands to a later one of the same strip,
// so that a quantization need not look for what the step before it had at hand.
struct RowRanges {
  const kernels::RowRange* input = nullptr;  // of the rows of input 0; null when they are not known
  kernels::RowRange* output = nullptr;  // of output 0, to be written; null when nobody reads it
};

// What a step is planned for: the concrete dims of its inputs and outputs (without data).
struct StepShapes {
  std::span<const ir::TensorView> inputs;
  std::span<const ir::MutableTensorView> outputs;
  int threads;
};

// What a step is run on. Inputs are the values that the maker of the step asked for, outputs the
// results of its op. All are dense, and buffers are 64-byte aligned. Outputs overlap nothing else.
struct StepRun {
  std::span<const ir::TensorView> inputs;
  std::span<const ir::MutableTensorView> outputs;
  RowRanges ranges;    // null unless the step runs by blocks of rows
  std::byte* scratch;  // ScratchBytes() bytes, 64-byte aligned
  const ir::SymbolBinding& binding;
  ThreadPool& pool;

  template <typename T>
  const T* input(int i) const {
    return inputs[static_cast<size_t>(i)].template as<T>();
  }
  template <typename T>
  T* output(int i = 0) const {
    return outputs[static_cast<size_t>(i)].template as<T>();
  }
  const std::vector<int64_t>& input_dims(int i) const {
    return inputs[static_cast<size_t>(i)].dims;
  }
  const std::vector<int64_t>& output_dims(int i = 0) const {
    return outputs[static_cast<size_t>(i)].dims;
  }
  int num_inputs() const { return static_cast<int>(inputs.size()); }
};

// The blocks of rows that a step is fastest with, when it runs by rows.
struct BlockRows {
  int64_t tile = 1;   // multiples of this
  int64_t least = 1;  // and at least as many
};

class Step {
 public:
  virtual ~Step() = default;

  // The bytes of memory that Run needs for itself alone.
  virtual int64_t ScratchBytes(const StepShapes&) const { return 0; }

  // Computes the outputs. Their bits do not depend on the number of threads. Does not allocate,
  // but what ir::Evaluate does.
  virtual Status Run(const StepRun& run) const = 0;

  // Whether the step of an op that works row by row (ir/row_wise.h) runs so: Run may be given any
  // rows as if they were all, each value that has rows as [rows, row]; one with fewer axes than
  // output 0 has one number a row, and is given as [rows]. ProgramStep::row_inputs says which
  // inputs have rows.
  virtual bool runs_by_rows() const { return false; }

  virtual BlockRows block_rows() const { return {}; }

  // Of steps that run by rows: whether Run can use StepRun::ranges.input, and can write
  // ranges.output.
  virtual bool takes_row_ranges() const { return false; }
  virtual bool gives_row_ranges() const { return false; }

  // The kernel that does most of the work, for dumps and profiles.
  virtual std::string kernel() const = 0;
  // What else a dump says of the step; may be empty.
  virtual std::string notes() const { return {}; }
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEP_H_
