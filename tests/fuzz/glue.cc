// GLUE files: the first byte chooses the task, the rest is the file.
#include "bert/glue.h"

#include <optional>
#include <string>

#include "tests/fuzz/byte_reader.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/target.h"

namespace octet::fuzz {
namespace {

constexpr std::string_view kTasks[] = {"MRPC", "SST-2", "QQP", "RTE", "QNLI", "CoLA", "WNLI"};

Status CheckExamples(const bert::GlueData& data) {
  if (data.examples.empty()) return Internal("no examples, and no error");
  int64_t line = 0;
  for (const bert::GlueExample& example : data.examples) {
    if (example.line <= line) return Internal("the lines of examples do not ascend");
    line = example.line;
    if (example.label.has_value() != data.has_labels) return Internal("labels in some rows alone");
    if (example.label && *example.label != 0 && *example.label != 1) {
      return Internal("label " + std::to_string(*example.label));
    }
    if (data.task->text_b_column.empty() && !example.text_b.empty()) {
      return Internal("a second text in a task of single texts");
    }
  }
  return {};
}

}  // namespace

Status FuzzGlue(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto task = bert::FindGlueTask(reader.Pick(kTasks));
  if (!task.ok()) return {};
  OCTET_ASSIGN_OR_RETURN(const MemoryFile file, MemoryFile::Create(reader.Rest()));
  const Result<bert::GlueData> data = bert::ReadGlue(file.path(), **task);
  if (!data.ok()) return CheckRefusal(data.status());
  return CheckExamples(*data);
}

}  // namespace octet::fuzz
