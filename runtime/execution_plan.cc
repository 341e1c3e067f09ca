#include "runtime/execution_plan.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace octet::runtime {
namespace {

// The bytes of what is stored where a value lies: the value itself, or the one that it is another
// view of.
Result<int64_t> StoredBytes(const Program& program, const ProgramValue& value,
                            const std::vector<std::vector<int64_t>>& dims) {
  const auto index = static_cast<size_t>(value.index);
  if (value.storage == StorageKind::kConstant) return program.constants[index].byte_size();
  const auto owner = value.storage == StorageKind::kArgument
                         ? index
                         : static_cast<size_t>(program.buffers[index].value);
  return ir::CheckedByteSize(dims[owner], program.values[owner].type.dtype);
}

// The dims of every value.
Result<std::vector<std::vector<int64_t>>> EvaluateDims(const Program& program,
                                                       const ir::SymbolBinding& binding) {
  std::vector<std::vector<int64_t>> dims;
  dims.reserve(program.values.size());
  for (const ProgramValue& value : program.values) {
    OCTET_ASSIGN_OR_RETURN(auto value_dims, ir::EvaluateShape(value.type.shape, binding));
    OCTET_RETURN_IF_ERROR(ir::CheckedByteSize(value_dims, value.type.dtype).status());
    dims.push_back(std::move(value_dims));
  }
  for (size_t i = 0; i < dims.size(); ++i) {
    const ProgramValue& value = program.values[i];
    OCTET_ASSIGN_OR_RETURN(const int64_t bytes, ir::CheckedByteSize(dims[i], value.type.dtype));
    OCTET_ASSIGN_OR_RETURN(const int64_t stored, StoredBytes(program, value, dims));
    if (bytes == stored) continue;
    const auto size = static_cast<int64_t>(ir::DTypeSize(value.type.dtype));
    return InvalidArgument("a reshape of " + std::to_string(stored / size) + " elements to " +
                           value.type.ToString() + " would have " + std::to_string(bytes / size) +
                           " elements");
  }
  return dims;
}

// Plans the strips whose rows are enough for all threads.
Status PlanStrips(const Program& program, int threads, ExecutionPlan* plan) {
  for (const Strip& strip : program.strips) {
    const auto rows = strip.rows.Evaluate(plan->binding);
    if (!rows || !RunsByBlocks(*rows, threads)) continue;
    OCTET_ASSIGN_OR_RETURN(StripPlan strip_plan,
                           MakeStripPlan(program, strip, *rows, plan->steps, threads));
    plan->strips.push_back(std::move(strip_plan));
  }
  return {};
}

// The strip that runs `step` by blocks; null when none does.
const StripPlan* StripOf(const ExecutionPlan& plan, int step) {
  const auto next = std::ranges::upper_bound(plan.strips, step, {}, &StripPlan::first);
  if (next == plan.strips.begin()) return nullptr;
  const StripPlan& strip = *std::prev(next);
  return step < strip.end() ? &strip : nullptr;
}

// The lifetime of a buffer, or of scratch, that is used during steps [first, last]: a strip that is
// run by blocks uses what it touches from its first step to its last.
Lifetime InStrips(const ExecutionPlan& plan, Lifetime lifetime) {
  if (const StripPlan* strip = StripOf(plan, lifetime.first)) lifetime.first = strip->first;
  if (const StripPlan* strip = StripOf(plan, lifetime.last)) lifetime.last = strip->end() - 1;
  return lifetime;
}

// Buffers that need no memory of their own: those that live in workers' memory.
std::vector<bool> UnplannedBuffers(const Program& program, const ExecutionPlan& plan) {
  std::vector<bool> unplanned(program.buffers.size(), false);
  for (const StripPlan& strip_plan : plan.strips) {
    const auto strip =
        std::ranges::lower_bound(program.strips, strip_plan.first, {}, &Strip::first);
    for (const int buffer : strip->local_buffers) unplanned[static_cast<size_t>(buffer)] = true;
  }
  return unplanned;
}

Status PlanArena(const Program& program, const std::vector<std::vector<int64_t>>& dims, int threads,
                 ExecutionPlan* plan) {
  const std::vector<bool> unplanned = UnplannedBuffers(program, *plan);
  std::vector<BufferRequest> requests;
  for (size_t i = 0; i < program.buffers.size(); ++i) {
    const ProgramBuffer& buffer = program.buffers[i];
    const auto id = static_cast<size_t>(buffer.value);
    OCTET_ASSIGN_OR_RETURN(const int64_t bytes,
                           ir::CheckedByteSize(dims[id], program.values[id].type.dtype));
    requests.push_back({InStrips(*plan, buffer.lifetime), unplanned[i] ? 0 : bytes});
  }
  for (size_t i = 0; i < program.steps.size(); ++i) {
    const StepViews& views = plan->steps[i];
    const int step = static_cast<int>(i);
    const int64_t bytes = StripOf(*plan, step) != nullptr  // then it is in the workers' memory
                              ? 0
                              : ScratchBytes(*program.steps[i].step, views, threads);
    requests.push_back({{step, step}, bytes});
  }
  for (const StripPlan& strip : plan->strips) {
    if (strip.worker_bytes > std::numeric_limits<int64_t>::max() / threads) {
      return ResourceLimit("the intermediate values do not fit in 63 bits of address space");
    }
    requests.push_back({{strip.first, strip.end() - 1}, strip.worker_bytes * threads});
  }
  OCTET_ASSIGN_OR_RETURN(const MemoryPlan memory, PlanMemory(requests));
  auto offset = memory.offsets.begin();
  for (size_t i = 0; i < program.buffers.size(); ++i, ++offset) {
    plan->buffer_offsets.push_back(unplanned[i] ? -1 : *offset);
  }
  for (StepViews& views : plan->steps) views.scratch_offset = *offset++;
  for (StripPlan& strip : plan->strips) strip.arena_offset = *offset++;
  plan->arena_bytes = memory.total_bytes;
  return {};
}

// The dims without those of `axes` that are 1.
std::vector<int64_t> WithoutOnes(const std::vector<int64_t>& dims,
                                 const std::vector<int64_t>& axes) {
  std::vector<int64_t> kept;
  for (size_t i = 0; i < dims.size(); ++i) {
    const bool squeezed = std::ranges::count(axes, static_cast<int64_t>(i)) != 0;
    if (!squeezed || dims[i] != 1) kept.push_back(dims[i]);
  }
  return kept;
}

}  // namespace

Result<ExecutionPlan> MakeExecutionPlan(const Program& program,
                                        std::span<const int64_t> symbol_values, int threads) {
  ExecutionPlan plan;
  plan.symbol_values.assign(symbol_values.begin(), symbol_values.end());
  for (size_t i = 0; i < symbol_values.size(); ++i) {
    plan.binding[program.symbols[i]] = symbol_values[i];
  }
  OCTET_ASSIGN_OR_RETURN(const auto dims, EvaluateDims(program, plan.binding));
  const auto dtype = [&](int id) { return program.values[static_cast<size_t>(id)].type.dtype; };
  for (const ProgramStep& step : program.steps) {
    StepViews views;
    for (const int id : step.inputs) {
      views.inputs.push_back({dtype(id), dims[static_cast<size_t>(id)], nullptr});
    }
    for (const int id : step.outputs) {
      views.outputs.push_back({dtype(id), dims[static_cast<size_t>(id)], nullptr});
    }
    plan.steps.push_back(std::move(views));
  }
  for (const ProgramOutput& output : program.outputs) {
    const std::vector<int64_t>& full = dims[static_cast<size_t>(output.value)];
    plan.outputs.push_back({dtype(output.value), WithoutOnes(full, output.squeezed_axes), nullptr});
  }
  plan.empty = std::all_of(plan.outputs.begin(), plan.outputs.end(),
                           [](const ir::TensorView& view) { return view.num_elements() == 0; });
  if (!plan.empty) OCTET_RETURN_IF_ERROR(PlanStrips(program, threads, &plan));
  OCTET_RETURN_IF_ERROR(PlanArena(program, dims, threads, &plan));
  return plan;
}

void ExecutionPlan::SetPointers(const Program& program, std::byte* arena,
                                std::span<const ir::TensorView* const> arguments) {
  const auto data = [&](int id) -> const void* {
    const ProgramValue& value = program.values[static_cast<size_t>(id)];
    const auto index = static_cast<size_t>(value.index);
    switch (value.storage) {
      case StorageKind::kArgument:
        return arguments[index]->data;
      case StorageKind::kConstant:
        return program.constants[index].view().data;
      case StorageKind::kBuffer:
        return buffer_offsets[index] < 0 ? nullptr : arena + buffer_offsets[index];
    }
    return nullptr;
  };
  for (size_t i = 0; i < steps.size(); ++i) {
    const ProgramStep& step = program.steps[i];
    for (size_t j = 0; j < step.inputs.size(); ++j) steps[i].inputs[j].data = data(step.inputs[j]);
    for (size_t j = 0; j < step.outputs.size(); ++j) {
      // The outputs of steps are buffers of the arena, which is ours to write.
      steps[i].outputs[j].data = const_cast<void*>(data(step.outputs[j]));
    }
  }
  for (size_t i = 0; i < outputs.size(); ++i) outputs[i].data = data(program.outputs[i].value);
}

}  // namespace octet::runtime
