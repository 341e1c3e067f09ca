// Runs a Program for one caller: binds the symbols to the shapes of the inputs, plans memory for
// them once, and executes the steps.
#ifndef OCTET_RUNTIME_SESSION_H_
#define OCTET_RUNTIME_SESSION_H_

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/aligned_buffer.h"
#include "runtime/execution_plan.h"
#include "runtime/profile.h"
#include "runtime/program.h"
#include "runtime/thread_pool.h"

namespace octet::runtime {

struct NamedTensor {
  std::string_view name;
  ir::TensorView tensor;
};

struct SessionOptions {
  // A run whose intermediate values need more memory fails with ResourceLimit before it allocates.
  int64_t max_arena_bytes = int64_t{16} << 30;
};

// Cheap to create; one for each thread that runs a model. Holds on to the program and the pool.
// Not reentrant: a concurrent call returns Busy. Once it has seen a shape, and not
// kMaxPlans others since, running it again allocates no memory, but inside ir::Evaluate: short
// index lists when a generic op slices, transposes or broadcasts, and a copy of what reduce_mean
// reduces over other axes than the last.
class Session {
 public:
  Session(std::shared_ptr<const Program> program, std::shared_ptr<ThreadPool> pool,
          SessionOptions options = {});

  // Runs the program on inputs in the order of its arguments and returns its outputs in order.
  // The views and their memory belong to the session and stay valid until its next run. The inputs
  // are only read. Rounding and denormal modes of the calling thread are set for the run and
  // restored.
  //
  // Errors: InvalidArgument (wrong number of inputs, dtype, rank or dims; a null or misaligned
  // pointer, or one into results of this session; an index outside of its table), Busy,
  // ResourceLimit, OutOfMemory, and what a step reports, at its location. After an error the
  // session can be used again; outputs of earlier runs are gone.
  Result<std::span<const ir::TensorView>> Run(std::span<const ir::TensorView> inputs);

  // The same with inputs by name, in any order. Also InvalidArgument: an unknown, missing or
  // repeated name.
  Result<std::span<const ir::TensorView>> RunNamed(std::span<const NamedTensor> inputs);

  const Program& program() const { return *program_; }

  // Turns timing on or off; off at first, and then free of cost. Not during a run.
  void EnableProfile(bool enabled) { profiling_ = enabled; }
  // What was measured since the session was made or ResetProfile was called.
  Profile profile() const;
  void ResetProfile();

  // Bytes that intermediate values and scratch hold on to now.
  int64_t arena_bytes() const { return arena_.size(); }

 private:
  struct StepTime {
    int64_t calls = 0;
    double seconds = 0;
  };

  Result<std::span<const ir::TensorView>> RunArguments();
  Status CheckApartFromArena() const;
  Result<ExecutionPlan*> FindPlan();
  Status RunSteps(ExecutionPlan& plan);
  Status RunStep(int step, const StepViews& views, std::byte* scratch, ThreadPool& pool,
                 const ExecutionPlan& plan, bool timed);
  Status RunStrip(StripPlan& strip, const ExecutionPlan& plan);
  Status RunBlock(StripPlan& strip, int worker, int64_t row, int64_t rows,
                  const ExecutionPlan& plan);

  std::shared_ptr<const Program> program_;
  std::shared_ptr<ThreadPool> pool_;
  ThreadPool serial_pool_;  // of one thread, for steps that run within a strip
  SessionOptions options_;
  std::atomic<bool> busy_ = false;
  std::vector<const ir::TensorView*> arguments_;  // of the run at hand
  std::vector<int64_t> symbol_values_;            // of the run at hand, as program().symbols
  std::list<ExecutionPlan> plans_;                // the most recently used first
  AlignedBuffer arena_;
  std::vector<Status> worker_status_;  // one a worker, of the strip that is running
  bool profiling_ = false;
  std::vector<StepTime> times_;  // one a step
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_SESSION_H_
