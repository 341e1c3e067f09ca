#include <doctest/doctest.h>

#include <set>

#include "bert/glue.h"
#include "bert/tasks/task.h"

namespace octet::bert {
namespace {

using ir::Dim;
using ir::DType;

// A program that has these outputs and nothing else.
runtime::Program ProgramOf(std::initializer_list<std::pair<const char*, ir::Type>> outputs) {
  runtime::Program program;
  for (const auto& [name, type] : outputs) {
    program.outputs.push_back({name, static_cast<int>(program.values.size()), {}});
    program.values.push_back({type, runtime::StorageKind::kBuffer, 0, name});
  }
  return program;
}

ir::Type Floats(ir::Shape shape) { return {DType::kF32, std::move(shape)}; }
const Dim kBatch = Dim::Symbol("b");

TEST_CASE("each task has its own name, and is found by it") {
  std::set<std::string_view> names;
  for (const Task* task : Tasks()) {
    CHECK(names.insert(task->name).second);
    const auto found = FindTask(task->name);
    REQUIRE(found.ok());
    CHECK(*found == task);
    CHECK(!task->metrics.empty());
  }
  CHECK(*FindTask("classify") == &ClassifyTask());
  const Status status = FindTask("paint").status();
  CHECK(status.code() == StatusCode::kInvalidArgument);
  CHECK(status.message() == "unknown task 'paint'; known: classify");
}

TEST_CASE("every GLUE task is run by a task") {
  for (const char* name : {"MRPC", "SST-2", "CoLA", "QQP", "RTE", "QNLI", "WNLI"}) {
    const auto glue = FindGlueTask(name);
    REQUIRE(glue.ok());
    CHECK(FindTask((*glue)->task).ok());
  }
}

TEST_CASE("classify reads the output named logits, of any number of labels") {
  const auto several = ClassifyTask().find_head(
      ProgramOf({{"last_hidden_state", Floats({kBatch, Dim::Symbol("s"), 64})},
                 {"logits", Floats({kBatch, 28})}}));
  REQUIRE(several.ok());
  CHECK(several->output == 1);
  CHECK(several->width == 28);
  const auto unnamed = ClassifyTask().find_head(
      ProgramOf({{"583", Floats({kBatch, 3})}, {"584", Floats({kBatch, 64})}}));
  REQUIRE(unnamed.ok());
  CHECK(unnamed->output == 0);
  CHECK(unnamed->width == 3);
}

TEST_CASE("classify refuses outputs that are not logits, and names their types") {
  const auto refuse = [](const runtime::Program& program, std::string_view text) {
    const Status status = ClassifyTask().find_head(program).status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    CHECK_MESSAGE(status.message().find(text) != std::string::npos, status.message());
  };
  refuse(ProgramOf({}), "no output");
  refuse(ProgramOf({{"tokens", Floats({kBatch, Dim::Symbol("s"), 9})}}), "'tokens' is f32[b,s,9]");
  refuse(ProgramOf({{"logits", Floats({kBatch, Dim::Symbol("s")})}}), "f32[b,s]");
  refuse(ProgramOf({{"logits", {DType::kI64, {kBatch, 2}}}}), "i64[b,2]");
}

TEST_CASE("metrics are computed from the counts") {
  ConfusionCounts counts;
  counts.true_positive = 2;
  counts.false_negative = 1;
  counts.true_negative = 1;
  std::vector<std::string_view> names;
  for (const Metric& metric : ClassifyTask().metrics) {
    names.push_back(metric.name);
    CHECK(metric.compute(counts) == (metric.name == "f1" ? counts.F1() : counts.Accuracy()));
  }
  CHECK(names == std::vector<std::string_view>{"accuracy", "f1"});
}

}  // namespace
}  // namespace octet::bert
