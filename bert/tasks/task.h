// Tasks: what octet computes for each text from an encoder's outputs. A row of tasks.def is a task.
#ifndef OCTET_BERT_TASKS_TASK_H_
#define OCTET_BERT_TASKS_TASK_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bert/batch.h"
#include "bert/metrics.h"
#include "runtime/program.h"

namespace octet::bert {

// The part of one program that a task reads.
struct TaskHead {
  int output = 0;     // index of the program's output
  int64_t width = 0;  // how many numbers each text gets: labels, features; at least 1
  std::string name;   // of the output
};

// How predictions are scored against labels.
struct Metric {
  std::string_view name;   // in JSON: "f1"
  std::string_view label;  // in tables: "F1"
  double (*compute)(const ConfusionCounts& counts);
};

struct Task {
  std::string_view name;  // "classify"
  // Finds the output that the task reads. The arguments of the program are those of MatchInputs.
  // InvalidModel, with the name and type of the output, if the task cannot read it.
  Result<TaskHead> (*find_head)(const runtime::Program& program);
  // Appends head.width numbers to `values` for each text of a batch that was run. `outputs` are all
  // outputs of the program. InvalidModel, with the name of the output and its type in this run, if
  // it does not have these numbers; `values` is then unchanged.
  Status (*read)(const TaskHead& head, const Batch& batch, std::span<const ir::TensorView> outputs,
                 std::vector<float>* values);
  std::span<const Metric> metrics;  // the most important one last
};

// In the order of tasks.def.
std::span<const Task* const> Tasks();
// InvalidArgument lists the names.
Result<const Task*> FindTask(std::string_view name);

#define OCTET_TASK(Name) const Task& Name##Task();
#include "bert/tasks/tasks.def"
#undef OCTET_TASK

}  // namespace octet::bert

#endif  // OCTET_BERT_TASKS_TASK_H_
