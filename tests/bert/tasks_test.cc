#include <doctest/doctest.h>

#include <set>

#include "bert/glue.h"
#include "bert/tasks/task.h"

namespace octet::bert {
namespace {

using ir::Dim;
using ir::DType;

const Dim kBatch = Dim::Symbol("b");

// A program that has an input [b,s], these outputs and nothing else.
runtime::Program ProgramOf(std::initializer_list<std::pair<const char*, ir::Type>> outputs) {
  runtime::Program program;
  program.num_arguments = 1;
  program.values.push_back(
      {{DType::kI64, {kBatch, Dim::Symbol("s")}}, runtime::StorageKind::kArgument, 0, "input_ids"});
  for (const auto& [name, type] : outputs) {
    program.outputs.push_back({name, static_cast<int>(program.values.size()), {}});
    program.values.push_back({type, runtime::StorageKind::kBuffer, 0, name});
  }
  return program;
}

ir::Type Floats(ir::Shape shape) { return {DType::kF32, std::move(shape)}; }

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
  // Rows that are not those of the texts, and numbers of labels that cannot be.
  refuse(ProgramOf({{"logits", Floats({1, 2})}}), "'logits' is f32[1,2], not the logits");
  refuse(ProgramOf({{"logits", Floats({0, 2})}}), "f32[0,2]");
  refuse(ProgramOf({{"logits", Floats({Dim::Symbol("s"), 2})}}), "f32[s,2]");
  refuse(ProgramOf({{"logits", Floats({*kBatch.Times(2), 2})}}), "f32[2*b,2]");
  refuse(ProgramOf({{"logits", Floats({kBatch, 0})}}), "f32[b,0]");
  refuse(ProgramOf({{"logits", Floats({kBatch, 2'000'000'000})}}), "1 to 65536");
}

TEST_CASE("classify checks the rows of every run") {
  Batch batch;
  batch.Fill(std::vector<text::Encoding>(3), std::vector<InputSpec>{}, 0);
  const std::vector<float> data(12, 1.0f);
  const TaskHead head = {0, 2, "logits"};
  const auto read = [&](std::vector<int64_t> dims, std::vector<float>* values) {
    const ir::TensorView view = {DType::kF32, std::move(dims), data.data()};
    return ClassifyTask().read(head, batch, {&view, 1}, values);
  };
  std::vector<float> values = {7};
  CHECK(read({3, 2}, &values).ok());
  CHECK(values.size() == 7);
  for (const std::vector<int64_t>& dims :
       {std::vector<int64_t>{1, 2}, {6, 2}, {0, 2}, {3, 1}, {3, 4}, {2}, {6}, {3, 2, 1}}) {
    const Status status = read(dims, &values);
    CHECK(status.code() == StatusCode::kInvalidModel);
    CHECK(status.message().find("output 'logits' is f32[") != std::string::npos);
    CHECK(status.message().find("for 3 texts") != std::string::npos);
    CHECK(values.size() == 7);
  }
  batch.Fill(std::vector<text::Encoding>(1), std::vector<InputSpec>{}, 0);
  CHECK(read({2}, &values).ok());
  CHECK(values.size() == 9);
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
