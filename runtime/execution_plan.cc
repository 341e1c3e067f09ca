#include "runtime/execution_plan.h"

#include <algorithm>

namespace octet::runtime {
namespace {

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
  return dims;
}

Status PlanArena(const Program& program, const std::vector<std::vector<int64_t>>& dims, int threads,
                 ExecutionPlan* plan) {
  std::vector<BufferRequest> requests;
  for (const ProgramBuffer& buffer : program.buffers) {
    const auto id = static_cast<size_t>(buffer.value);
    OCTET_ASSIGN_OR_RETURN(const int64_t bytes,
                           ir::CheckedByteSize(dims[id], program.values[id].type.dtype));
    requests.push_back({buffer.lifetime, bytes});
  }
  for (size_t i = 0; i < program.steps.size(); ++i) {
    const StepViews& views = plan->steps[i];
    const int64_t bytes =
        program.steps[i].step->ScratchBytes({views.inputs, views.outputs, threads});
    const int step = static_cast<int>(i);
    requests.push_back({{step, step}, bytes});
  }
  OCTET_ASSIGN_OR_RETURN(const MemoryPlan memory, PlanMemory(requests));
  const auto num_buffers = static_cast<std::ptrdiff_t>(program.buffers.size());
  plan->buffer_offsets.assign(memory.offsets.begin(), memory.offsets.begin() + num_buffers);
  for (size_t i = 0; i < program.steps.size(); ++i) {
    plan->steps[i].scratch_offset = memory.offsets[program.buffers.size() + i];
  }
  plan->arena_bytes = memory.total_bytes;
  plan->peak_live_bytes = memory.peak_live_bytes;
  return {};
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
    plan.outputs.push_back({dtype(output.value), dims[static_cast<size_t>(output.value)], nullptr});
  }
  plan.empty = std::all_of(plan.outputs.begin(), plan.outputs.end(),
                           [](const ir::TensorView& view) { return view.num_elements() == 0; });
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
        return arena + buffer_offsets[index];
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
