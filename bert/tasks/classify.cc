// classify: gives each text a logit for each label. A model may have any number of labels.
#include <algorithm>

#include "bert/tasks/task.h"

namespace octet::bert {
namespace {

// The output named "logits", else the first output, which is the logits in `transformers`.
Result<TaskHead> FindHead(const runtime::Program& program) {
  if (program.outputs.empty()) return InvalidModel("the model has no output");
  auto output = std::ranges::find(program.outputs, "logits", &runtime::ProgramOutput::name);
  if (output == program.outputs.end()) output = program.outputs.begin();
  const ir::Type& logits = program.values[static_cast<size_t>(output->value)].type;
  if (logits.dtype != ir::DType::kF32 || logits.rank() != 2 || !logits.shape[1].is_static()) {
    return InvalidModel("output '" + Printable(output->name) + "' is " + logits.ToString() +
                        ", not the logits f32[batch, labels] of a sequence classifier");
  }
  return TaskHead{static_cast<int>(output - program.outputs.begin()),
                  logits.shape[1].coefficient()};
}

void Read(const TaskHead& head, const Batch& /*batch*/, std::span<const ir::TensorView> outputs,
          std::vector<float>* values) {
  const ir::TensorView& logits = outputs[static_cast<size_t>(head.output)];
  const auto* data = logits.as<float>();
  values->insert(values->end(), data, data + logits.num_elements());
}

constexpr Metric kMetrics[] = {
    {"accuracy", "accuracy", [](const ConfusionCounts& counts) { return counts.Accuracy(); }},
    {"f1", "F1", [](const ConfusionCounts& counts) { return counts.F1(); }},
};

}  // namespace

const Task& ClassifyTask() {
  static constexpr Task kTask = {"classify", &FindHead, &Read, kMetrics};
  return kTask;
}

}  // namespace octet::bert
