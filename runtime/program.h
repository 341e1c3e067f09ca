// A module compiled for one CPU: steps in execution order, the values between them and their
// lifetimes. Made by Compile, run by any number of Sessions at once.
//
// Ownership: a Program owns its steps with their packed weights and shares the bytes of the
// constants that steps read unpacked; the Module it came from may be destroyed. Always held as
// std::shared_ptr<const Program>, and so immutable and thread-safe.
#ifndef OCTET_RUNTIME_PROGRAM_H_
#define OCTET_RUNTIME_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ir/graph.h"
#include "runtime/memory_plan.h"
#include "runtime/step.h"

namespace octet::runtime {

enum class StorageKind : uint8_t { kArgument, kConstant, kBuffer };

// An SSA value of the module that some step reads or writes, or that the program returns.
struct ProgramValue {
  ir::Type type;
  StorageKind storage;
  int index;         // of the argument, constant or buffer; several values may share one (aliases)
  std::string name;  // as printed, without '%'
};

// Memory for intermediate values, live from the step that writes it to the last that reads it.
struct ProgramBuffer {
  int value;  // the one that it was made for; every other has the same size
  Lifetime lifetime;
  int writer;  // the step
};

struct ProgramStep {
  std::unique_ptr<const Step> step;
  std::string op;  // as in "linear"
  ir::Location location;
  std::vector<int> inputs;   // values
  std::vector<int> outputs;  // values
  // Not 0 when the step is row-wise and runs by rows (Step::runs_by_rows): row i of every output
  // depends on row i of the inputs whose bit is set (input 0 is bit 0), and on all of the others.
  uint32_t row_inputs = 0;
  bool is_row_input(size_t input) const { return (row_inputs >> input & 1) != 0; }
  // Which of its strip's row_ranges the step takes and gives (StepRun::ranges); -1 for none.
  int takes_ranges = -1;
  int gives_ranges = -1;
};

struct ProgramOutput {
  std::string name;
  int value;
  std::vector<int64_t> squeezed_axes;  // left out of a run's dims where their size is 1
};

// A symbol that no argument's shape has: the number of tokens that `argument`, a mask, keeps (see
// the op token_layout). A Session counts them before it plans.
struct KeptTokens {
  std::string symbol;
  int argument;
};

// The elements of `argument` are row numbers of a table: from -rows (from 0 when negative ones do
// not count from the end) to rows - 1. A Session checks them before it runs.
struct IndexRange {
  int argument;
  int64_t rows;
  bool negative;
};

// Consecutive row-wise steps (ProgramStep::row_inputs) with equally many rows, which are run a
// block of rows at a time: what one makes, the next finds in the cache, and threads that have rows
// of their own meet only at the end. Made by FindStrips.
struct Strip {
  int first;  // steps [first, end)
  int end;
  ir::Dim rows;
  std::vector<int> local_buffers;  // touched by no other step; ascending
  std::vector<Lifetime>
      row_ranges;  // of each: from the step that gives it to the last that takes it
};

struct Program {
  std::vector<ProgramValue> values;  // the arguments first, in the module's order
  int num_arguments = 0;
  std::vector<ProgramOutput> outputs;
  std::vector<ir::Tensor> constants;
  std::vector<ProgramBuffer> buffers;  // in the order of their writers
  std::vector<ProgramStep> steps;
  std::vector<Strip> strips;            // in order
  int64_t strip_block_rows = 0;         // CompileOptions::block_rows
  std::vector<std::string> symbols;     // those of the arguments' shapes, then those of kept_tokens
  std::vector<size_t> symbols_by_name;  // the indices of `symbols`, sorted by name
  std::vector<KeptTokens> kept_tokens;
  std::vector<IndexRange> index_ranges;
  int64_t packed_bytes = 0;    // of packed weights, each counted once
  int64_t constant_bytes = 0;  // of `constants`

  // The index of a symbol; symbols.size() when it is none of the program's.
  size_t FindSymbol(std::string_view name) const;
  // Adds a symbol, unless it is there.
  void AddSymbol(const std::string& name);

  // The steps with their kernels, and the buffers with their symbolic sizes and lifetimes: the same
  // text for the same module and kernels.
  std::string Print() const;
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_PROGRAM_H_
