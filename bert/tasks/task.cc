#include "bert/tasks/task.h"

#include <string>

namespace octet::bert {

std::span<const Task* const> Tasks() {
  static const Task* const kTasks[] = {
#define OCTET_TASK(Name) &Name##Task(),
#include "bert/tasks/tasks.def"
#undef OCTET_TASK
  };
  return kTasks;
}

Result<const Task*> FindTask(std::string_view name) {
  std::string known;
  for (const Task* task : Tasks()) {
    if (task->name == name) return task;
    known += (known.empty() ? "" : ", ") + std::string(task->name);
  }
  return InvalidArgument("unknown task '" + Printable(name) + "'; known: " + known);
}

}  // namespace octet::bert
