// classify: gives each text a logit for each label. A model may have any number of labels.
#include <algorithm>
#include <string>

#include "bert/tasks/task.h"

namespace octet::bert {
namespace {

// Far above any published classifier.
constexpr int64_t kMaxLabels = int64_t{1} << 16;

Status NotLogits(const std::string& name, const ir::Type& type, const std::string& more = {}) {
  return InvalidModel("output '" + Printable(name) + "' is " + type.ToString() +
                      ", not the logits f32[batch, labels] of a sequence classifier" + more);
}

// Whether `rows` may be the number of texts: it is the first axis of an input, or a function such
// as floor, whose value is checked in each run.
bool MayBeBatch(const ir::Dim& rows, const runtime::Program& program) {
  const auto inputs = std::span(program.values).first(static_cast<size_t>(program.num_arguments));
  return rows.has_function() ||
         std::ranges::any_of(inputs, [&](const runtime::ProgramValue& input) {
           return !input.type.shape.empty() && input.type.shape[0] == rows;
         });
}

// The output named "logits", else the first output, which is the logits in `transformers`.
Result<TaskHead> FindHead(const runtime::Program& program) {
  if (program.outputs.empty()) return InvalidModel("the model has no output");
  auto output = std::ranges::find(program.outputs, "logits", &runtime::ProgramOutput::name);
  if (output == program.outputs.end()) output = program.outputs.begin();
  const ir::Type& logits = program.values[static_cast<size_t>(output->value)].type;
  if (logits.dtype != ir::DType::kF32 || logits.rank() != 2 || !logits.shape[1].is_static() ||
      !MayBeBatch(logits.shape[0], program)) {
    return NotLogits(output->name, logits);
  }
  const int64_t labels = logits.shape[1].constant();
  if (labels < 1 || labels > kMaxLabels) {
    return NotLogits(output->name, logits, "; it may have 1 to " + std::to_string(kMaxLabels));
  }
  return TaskHead{static_cast<int>(output - program.outputs.begin()), labels, output->name};
}

// What the types of the outputs do not say is checked here: a number of rows that was computed may
// be another one. Of one text, the axis of the texts may have been dropped (ir::SqueezeOp).
Status Read(const TaskHead& head, const Batch& batch, std::span<const ir::TensorView> outputs,
            std::vector<float>* values) {
  const ir::TensorView& logits = outputs[static_cast<size_t>(head.output)];
  const std::vector<int64_t> one_text = {head.width};
  const bool fits = logits.dims == std::vector{batch.num_texts(), head.width} ||
                    (batch.num_texts() == 1 && logits.dims == one_text);
  if (!fits) {
    return NotLogits(head.name, {logits.dtype, ir::Shape(logits.dims.begin(), logits.dims.end())},
                     ", for " + std::to_string(batch.num_texts()) + " texts");
  }
  const auto* data = logits.as<float>();
  values->insert(values->end(), data, data + logits.num_elements());
  return {};
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
