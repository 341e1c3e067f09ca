#include "runtime/session.h"

#include <algorithm>
#include <chrono>

#include "base/out_of_memory.h"
#include "runtime/bind_inputs.h"
#include "runtime/busy_flag.h"
#include "runtime/float_environment.h"

namespace octet::runtime {
namespace {

// Plans of this many shapes are kept: some lengths of a bucketed service. A plan has the views of
// all steps and, for each thread, those of the steps in strips.
constexpr size_t kMaxPlans = 32;

}  // namespace

Session::Session(std::shared_ptr<const Program> program, std::shared_ptr<ThreadPool> pool,
                 SessionOptions options)
    : program_(std::move(program)),
      pool_(std::move(pool)),
      options_(options),
      arguments_(static_cast<size_t>(program_->num_arguments)),
      worker_status_(static_cast<size_t>(pool_->size())),
      times_(program_->steps.size()) {}

Result<std::span<const ir::TensorView>> Session::Run(std::span<const ir::TensorView> inputs) {
  const BusyFlag busy(&busy_);
  if (!busy.owns()) return BusyError("session");
  if (inputs.size() != arguments_.size()) {
    return InvalidArgument("the model has " + std::to_string(arguments_.size()) +
                           " inputs; the run gives " + std::to_string(inputs.size()));
  }
  for (size_t i = 0; i < inputs.size(); ++i) arguments_[i] = &inputs[i];
  return RunArguments();
}

Result<std::span<const ir::TensorView>> Session::RunNamed(std::span<const NamedTensor> inputs) {
  const BusyFlag busy(&busy_);
  if (!busy.owns()) return BusyError("session");
  std::fill(arguments_.begin(), arguments_.end(), nullptr);
  for (const NamedTensor& input : inputs) {
    size_t i = 0;
    while (i < arguments_.size() && program_->values[i].name != input.name) ++i;
    if (i == arguments_.size()) {
      return InvalidArgument("the model has no input '" + Printable(input.name) + "'");
    }
    if (arguments_[i] != nullptr) {
      return InvalidArgument("input '" + Printable(input.name) + "' is given twice");
    }
    arguments_[i] = &input.tensor;
  }
  for (size_t i = 0; i < arguments_.size(); ++i) {
    if (arguments_[i] == nullptr) {
      return InvalidArgument("input '" + Printable(program_->values[i].name) + "' is missing");
    }
  }
  return RunArguments();
}

Result<std::span<const ir::TensorView>> Session::RunArguments() {
  const ScopedFloatEnvironment float_environment;
  OCTET_RETURN_IF_ERROR(BindInputs(*program_, arguments_, &symbol_values_));
  OCTET_RETURN_IF_ERROR(CheckApartFromArena());
  return CatchBadAlloc("no memory to run the model",
                       [&]() -> Result<std::span<const ir::TensorView>> {
                         OCTET_ASSIGN_OR_RETURN(ExecutionPlan* const plan, FindPlan());
                         if (!plan->empty) OCTET_RETURN_IF_ERROR(RunSteps(*plan));
                         return std::span<const ir::TensorView>(plan->outputs);
                       });
}

// The results of earlier runs lie in the arena. A run overwrites the arena while it reads its
// inputs, or replaces it with a larger one before.
Status Session::CheckApartFromArena() const {
  const auto arena = reinterpret_cast<uintptr_t>(arena_.data());
  const uintptr_t arena_end = arena + static_cast<uintptr_t>(arena_.size());
  for (size_t i = 0; i < arguments_.size(); ++i) {
    const ir::TensorView& input = *arguments_[i];
    const auto begin = reinterpret_cast<uintptr_t>(input.data);
    const uintptr_t end =
        begin + static_cast<uintptr_t>(input.num_elements()) * ir::DTypeSize(input.dtype);
    if (begin == end || begin >= arena_end || end <= arena) continue;
    return InvalidArgument("the data of input '" + Printable(program_->values[i].name) +
                           "' overlap the results of an earlier run, whose memory this run "
                           "uses; copy them first");
  }
  return {};
}

// The plan of the symbols' values, moved to the front.
Result<ExecutionPlan*> Session::FindPlan() {
  const auto found = std::find_if(plans_.begin(), plans_.end(), [&](const ExecutionPlan& plan) {
    return plan.symbol_values == symbol_values_;
  });
  if (found != plans_.end()) {
    plans_.splice(plans_.begin(), plans_, found);
  } else {
    OCTET_ASSIGN_OR_RETURN(ExecutionPlan plan,
                           MakeExecutionPlan(*program_, symbol_values_, pool_->size()));
    if (plan.arena_bytes > options_.max_arena_bytes) {
      return ResourceLimit("inputs of this shape need " + std::to_string(plan.arena_bytes) +
                           " bytes for intermediate values; the limit is " +
                           std::to_string(options_.max_arena_bytes));
    }
    plans_.push_front(std::move(plan));
    if (plans_.size() > kMaxPlans) plans_.pop_back();
  }
  ExecutionPlan* const plan = &plans_.front();
  if (plan->arena_bytes > arena_.size()) {
    arena_ = {};  // before the larger one is there, so that both never are
    OCTET_ASSIGN_OR_RETURN(arena_, AlignedBuffer::Allocate(plan->arena_bytes));
  }
  plan->SetPointers(*program_, arena_.data(), arguments_);
  return plan;
}

Status Session::RunSteps(ExecutionPlan& plan) {
  auto strip = plan.strips.begin();
  for (int i = 0; i < static_cast<int>(plan.steps.size());) {
    if (strip != plan.strips.end() && strip->first == i) {
      OCTET_RETURN_IF_ERROR(RunStrip(*strip, plan));
      i = strip->end();
      ++strip;
      continue;
    }
    const StepViews& views = plan.steps[static_cast<size_t>(i)];
    OCTET_RETURN_IF_ERROR(
        RunStep(i, views, arena_.data() + views.scratch_offset, *pool_, plan, profiling_));
    ++i;
  }
  return {};
}

Status Session::RunStep(int step, const StepViews& views, std::byte* scratch, ThreadPool& pool,
                        const ExecutionPlan& plan, bool timed) {
  using Clock = std::chrono::steady_clock;
  const ProgramStep& program_step = program_->steps[static_cast<size_t>(step)];
  const StepRun run = {.inputs = views.inputs,
                       .outputs = views.outputs,
                       .ranges = views.ranges,
                       .scratch = scratch,
                       .binding = plan.binding,
                       .pool = pool};
  const auto start = timed ? Clock::now() : Clock::time_point();
  if (Status status = program_step.step->Run(run); !status.ok()) {
    return std::move(status)
        .AtNode(program_step.location.node())
        .AtModule(program_step.location.module_path());
  }
  if (timed) {
    StepTime& time = times_[static_cast<size_t>(step)];
    time.calls += 1;
    time.seconds += std::chrono::duration<double>(Clock::now() - start).count();
  }
  return {};
}

// A worker stops at its first error; of the errors of several workers the first worker's is kept.
Status Session::RunStrip(StripPlan& strip, const ExecutionPlan& plan) {
  pool_->Run([&](int worker) {
    Status& status = worker_status_[static_cast<size_t>(worker)];
    status = {};
    strip.blocks.ForEach(worker, [&](int64_t row, int64_t rows) {
      if (status.ok()) status = RunBlock(strip, worker, row, rows, plan);
    });
  });
  const auto failed = std::ranges::find_if_not(worker_status_, &Status::ok);
  return failed == worker_status_.end() ? Status() : *failed;
}

Status Session::RunBlock(StripPlan& strip, int worker, int64_t row, int64_t rows,
                         const ExecutionPlan& plan) {
  std::byte* memory = arena_.data() + strip.arena_offset + worker * strip.worker_bytes;
  // Points the view of a block at its rows, `whole` being where all rows begin.
  const auto place = [&](const StripOperand& operand, auto* view, auto* whole) {
    view->data = whole;
    if (operand.kind == StripOperand::Kind::kWhole) return;
    view->dims[0] = rows;
    view->data = operand.kind == StripOperand::Kind::kLocal
                     ? memory + operand.offset
                     : const_cast<std::byte*>(static_cast<const std::byte*>(whole)) +
                           operand.row_bytes * row;
  };
  for (size_t i = 0; i < strip.steps.size(); ++i) {
    const int step = strip.first + static_cast<int>(i);
    const StripStep& strip_step = strip.steps[i];
    const StepViews& whole = plan.steps[static_cast<size_t>(step)];
    StepViews& views = strip.workers[static_cast<size_t>(worker)][i];
    for (size_t j = 0; j < views.inputs.size(); ++j) {
      place(strip_step.inputs[j], &views.inputs[j], whole.inputs[j].data);
    }
    for (size_t j = 0; j < views.outputs.size(); ++j) {
      place(strip_step.outputs[j], &views.outputs[j], whole.outputs[j].data);
    }
    if (strip_step.input_ranges_offset >= 0) {
      views.ranges.input =
          reinterpret_cast<const kernels::RowRange*>(memory + strip_step.input_ranges_offset);
    }
    if (strip_step.output_ranges_offset >= 0) {
      views.ranges.output =
          reinterpret_cast<kernels::RowRange*>(memory + strip_step.output_ranges_offset);
    }
    // The profile has the time of the caller, which is worker 0.
    OCTET_RETURN_IF_ERROR(RunStep(step, views, memory + strip_step.scratch_offset, serial_pool_,
                                  plan, profiling_ && worker == 0));
  }
  return {};
}

Profile Session::profile() const {
  Profile profile;
  for (size_t i = 0; i < times_.size(); ++i) {
    const ProgramStep& step = program_->steps[i];
    profile.push_back(
        {step.op, step.step->kernel(), step.location, times_[i].calls, times_[i].seconds});
  }
  return profile;
}

void Session::ResetProfile() { std::fill(times_.begin(), times_.end(), StepTime{}); }

}  // namespace octet::runtime
