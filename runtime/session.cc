#include "runtime/session.h"

#include <algorithm>
#include <chrono>
#include <new>

#include "runtime/bind_inputs.h"
#include "runtime/float_environment.h"

namespace octet::runtime {
namespace {

// Plans of this many shapes are kept: some lengths of a bucketed service, at a few KiB each.
constexpr size_t kMaxPlans = 32;

// Marks a session as running for one scope; owns() is false when it already was.
class BusyFlag {
 public:
  explicit BusyFlag(std::atomic<bool>* busy) : busy_(busy), owns_(!busy->exchange(true)) {}
  ~BusyFlag() {
    if (owns_) busy_->store(false);
  }
  BusyFlag(const BusyFlag&) = delete;
  BusyFlag& operator=(const BusyFlag&) = delete;
  bool owns() const { return owns_; }

 private:
  std::atomic<bool>* busy_;
  bool owns_;
};

Status BusyError() {
  return InvalidArgument("the session is busy: another thread is running it; use one for each");
}

}  // namespace

Session::Session(std::shared_ptr<const Program> program, std::shared_ptr<ThreadPool> pool,
                 SessionOptions options)
    : program_(std::move(program)),
      pool_(std::move(pool)),
      options_(options),
      arguments_(static_cast<size_t>(program_->num_arguments)),
      times_(program_->steps.size()) {}

Result<std::span<const ir::TensorView>> Session::Run(std::span<const ir::TensorView> inputs) {
  const BusyFlag busy(&busy_);
  if (!busy.owns()) return BusyError();
  if (inputs.size() != arguments_.size()) {
    return InvalidArgument("the model has " + std::to_string(arguments_.size()) +
                           " inputs, the run was given " + std::to_string(inputs.size()));
  }
  for (size_t i = 0; i < inputs.size(); ++i) arguments_[i] = &inputs[i];
  return RunArguments();
}

Result<std::span<const ir::TensorView>> Session::RunNamed(std::span<const NamedTensor> inputs) {
  const BusyFlag busy(&busy_);
  if (!busy.owns()) return BusyError();
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
  try {
    OCTET_ASSIGN_OR_RETURN(ExecutionPlan* const plan, FindPlan());
    if (!plan->empty) OCTET_RETURN_IF_ERROR(RunSteps(*plan));
    return std::span<const ir::TensorView>(plan->outputs);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("no memory to run the model");
  }
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
  using Clock = std::chrono::steady_clock;
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const ProgramStep& step = program_->steps[i];
    const StepViews& views = plan.steps[i];
    const StepRun run = {.inputs = views.inputs,
                         .outputs = views.outputs,
                         .scratch = arena_.data() + views.scratch_offset,
                         .binding = plan.binding,
                         .pool = *pool_};
    const auto start = profiling_ ? Clock::now() : Clock::time_point();
    if (Status status = step.step->Run(run); !status.ok()) {
      return std::move(status).AtNode(step.location.node).AtModule(step.location.module_path);
    }
    if (profiling_) {
      times_[i].calls += 1;
      times_[i].seconds += std::chrono::duration<double>(Clock::now() - start).count();
    }
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
