#include "bert/glue.h"

#include <doctest/doctest.h>

#include <string>

#include "base/line_reader.h"
#include "tests/bert/temp_folder.h"

namespace octet::bert {
namespace {

const std::string kHeader = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n";

const GlueTask& Task(std::string_view name) {
  const auto task = FindGlueTask(name);
  REQUIRE_MESSAGE(task.ok(), task.status().ToString());
  return **task;
}

Result<GlueData> Read(std::string_view text, std::string_view task = "MRPC") {
  const TempFolder folder;
  return ReadGlue(folder.Write("file.tsv", text), Task(task));
}

// Expects an error of bad data at a line, and returns its message.
std::string BadData(std::string_view text, int64_t line, std::string_view task = "MRPC") {
  const auto data = Read(text, task);
  REQUIRE_FALSE(data.ok());
  const Status status = data.status();
  CHECK(status.code() == StatusCode::kInvalidArgument);
  CHECK(status.place().file.ends_with("file.tsv"));
  CHECK(status.place().line == line);
  return status.message();
}

TEST_CASE("the bundled MRPC dev set has 408 pairs") {
  const auto data = ReadGlue("data/mrpc/dev.tsv", Task("mrpc"));
  REQUIRE_MESSAGE(data.ok(), data.status().ToString());
  CHECK(data->examples.size() == 408);
  CHECK(data->has_labels);
  int positive = 0;
  int quoted = 0;
  for (const GlueExample& example : data->examples) {
    positive += example.label == 1;
    quoted += example.text_a.starts_with('"') || example.text_b.starts_with('"');
  }
  CHECK(positive == 279);
  CHECK(quoted == 56);
  const GlueExample& first = data->examples.front();
  CHECK(first.line == 2);
  CHECK(first.text_a.starts_with("He said the foodservice pie business doesn 't fit"));
  CHECK(first.text_b.starts_with("\" The foodservice pie business does not fit"));
  CHECK(data->examples.back().line == 409);
}

TEST_CASE("quotes, byte-order marks and line ends") {
  const auto data =
      Read("\xEF\xBB\xBF" + kHeader + "1\tx\ty\t\"a\tb\"\"\r\n0\tx\ty\tc\rc\t\n\n\r\n");
  REQUIRE_MESSAGE(data.ok(), data.status().ToString());
  REQUIRE(data->examples.size() == 2);
  CHECK(data->examples[0].text_a == "\"a");
  CHECK(data->examples[0].text_b == "b\"\"");
  CHECK(data->examples[1].text_a == "c\rc");
  CHECK(data->examples[1].text_b.empty());
  CHECK(data->examples[1].line == 3);
  const auto cut = Read(kHeader + "1\tx\ty\ta\tb");
  REQUIRE(cut.ok());
  CHECK(cut->examples.size() == 1);
}

TEST_CASE("columns are found by name, and a file without labels is a test split") {
  const auto moved = Read("#2 String\textra\tQuality\t#1 String\nb\tz\t0\ta\n");
  REQUIRE_MESSAGE(moved.ok(), moved.status().ToString());
  CHECK(moved->examples[0].text_a == "a");
  CHECK(moved->examples[0].text_b == "b");
  CHECK(moved->examples[0].label == 0);
  const auto test = Read("index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\tx\ty\ta\tb\n");
  REQUIRE(test.ok());
  CHECK_FALSE(test->has_labels);
  CHECK_FALSE(test->examples[0].label.has_value());
}

TEST_CASE("other tasks: text labels, single texts, files without a header") {
  const auto rte = Read(
      "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tnot_entailment\n1\tc\td\tentailment\n", "RTE");
  REQUIRE_MESSAGE(rte.ok(), rte.status().ToString());
  CHECK(rte->examples[0].label == 1);
  CHECK(rte->examples[1].label == 0);
  const auto sst = Read("sentence\tlabel\ngood \t1\n", "sst-2");
  REQUIRE_MESSAGE(sst.ok(), sst.status().ToString());
  CHECK(sst->examples[0].text_a == "good ");
  CHECK(sst->examples[0].text_b.empty());
  const auto cola = Read("gj04\t1\t\tThe sailors rode.\ngj04\t0\t*\tSailors the.", "CoLA");
  REQUIRE_MESSAGE(cola.ok(), cola.status().ToString());
  REQUIRE(cola->examples.size() == 2);
  CHECK(cola->examples[0].line == 1);
  CHECK(cola->examples[1].text_a == "Sailors the.");
  CHECK(cola->examples[1].label == 0);
  const auto cola_test = Read("index\tsentence\n0\tBill whistled.\n", "CoLA");
  REQUIRE_MESSAGE(cola_test.ok(), cola_test.status().ToString());
  CHECK(cola_test->examples.size() == 1);
  CHECK_FALSE(cola_test->has_labels);
}

TEST_CASE("files as the datasets library writes them") {
  const std::string pairs = "sentence1\tsentence2\tlabel\tidx\na\tb\t1\t0\nc\td\t0\t1\n";
  for (const char* task : {"RTE", "MRPC", "WNLI"}) {
    CAPTURE(task);
    const auto data = Read(pairs, task);
    REQUIRE_MESSAGE(data.ok(), data.status().ToString());
    CHECK(data->examples[0].label == 1);
    CHECK(data->examples[1].label == 0);
    CHECK(data->examples[1].text_b == "d");
  }
  const auto qnli = Read("question\tsentence\tlabel\tidx\na\tb\t0\t0\n", "QNLI");
  REQUIRE_MESSAGE(qnli.ok(), qnli.status().ToString());
  CHECK(qnli->examples[0].label == 0);
  const auto test = Read("sentence\tlabel\tidx\na\t-1\t0\nb\t-1\t1\n", "SST-2");
  REQUIRE_MESSAGE(test.ok(), test.status().ToString());
  CHECK_FALSE(test->has_labels);
  CHECK_FALSE(test->examples[0].label.has_value());
}

TEST_CASE("QQP, as GLUE and as the datasets library write it") {
  const auto glue =
      Read("id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n0\t1\t2\ta\tb\t1\n", "QQP");
  REQUIRE_MESSAGE(glue.ok(), glue.status().ToString());
  CHECK(glue->examples[0].text_b == "b");
  CHECK(glue->examples[0].label == 1);
  const auto datasets = Read("question1\tquestion2\tlabel\tidx\na\tb\t0\t0\n", "qqp");
  REQUIRE_MESSAGE(datasets.ok(), datasets.status().ToString());
  CHECK(datasets->examples[0].label == 0);
}

TEST_CASE("an error of a row names the file and the line") {
  CHECK(BadData(kHeader + "1\tx\ty\ta\tb\n1\tx\ty\ta\n", 3) == "4 columns, expected 5");
  CHECK(BadData(kHeader + "1\tx\ty\ta\tb\tc\n", 2) == "6 columns, expected 5");
  CHECK(BadData(kHeader + "2\tx\ty\ta\tb\n", 2) == "label '2', expected '0' or '1'");
  CHECK(BadData(kHeader + "\tx\ty\ta\tb\n", 2) == "label '', expected '0' or '1'");
  CHECK(BadData(kHeader + "1 \tx\ty\ta\tb\n", 2) == "label '1 ', expected '0' or '1'");
  CHECK(BadData("sentence1\tsentence2\tlabel\na\tb\t2\n", 2, "RTE") ==
        "label '2', expected 'entailment' or 'not_entailment'");
  CHECK(BadData(kHeader + "1\tx\ty\ta\tb\n-1\tx\ty\ta\tb\n", 3) ==
        "this row has no label, the rows before it have one");
  CHECK(BadData(kHeader + "-1\tx\ty\ta\tb\n1\tx\ty\ta\tb\n", 3) ==
        "this row has a label, the rows before it have none");
  CHECK(BadData(kHeader + std::string("1\tx\ty\ta\0\tb\n", 12), 2) == "NUL byte");
  CHECK(BadData(kHeader + "1\tx\ty\ta\tb\n\n1\tx\ty\ta\tb\n", 3) == "empty line");
}

TEST_CASE("files without a header, a column or rows are refused") {
  CHECK(BadData("", 0) == "the file is empty");
  CHECK(BadData("\n\n", 0) == "the file is empty");
  CHECK(BadData(kHeader, 0) == "a header and no rows");
  CHECK(BadData("1\tx\ty\ta\tb\n", 1).starts_with("no column '#1 String', which MRPC needs"));
  CHECK(BadData("Quality\t#1 String\n1\ta\n", 1).starts_with("no column '#2 String'"));
  CHECK(BadData("#1 String\t#1 String\t#2 String\n", 1) == "column '#1 String' appears twice");
}

TEST_CASE("a line above the limit is refused") {
  const std::string row = "1\tx\ty\tb\t";
  const std::string longest(LineReader::kMaxLineBytes - row.size(), 'a');
  CHECK(Read(kHeader + row + longest + "\n").ok());
  const Status status = Read(kHeader + row + longest + "a\n").status();
  CHECK(status.code() == StatusCode::kResourceLimit);
  CHECK(status.place().line == 2);
}

TEST_CASE("paths that cannot be read") {
  CHECK(ReadGlue("data/no_such_file.tsv", Task("MRPC")).status().code() == StatusCode::kNotFound);
  CHECK(ReadGlue("data", Task("MRPC")).status().code() == StatusCode::kIo);
  CHECK(ReadGlue("/dev/zero", Task("MRPC")).status().message() == "NUL byte");
}

TEST_CASE("an unknown task names the known ones") {
  CHECK(FindGlueTask("STS-B").status().ToString() ==
        "InvalidArgument: unknown task 'STS-B'; known: MRPC, SST-2, CoLA, RTE, QNLI, WNLI, QQP");
}

TEST_CASE("the order of the labels comes from the model's names") {
  const auto map = [](std::string_view task, std::vector<std::string> names) {
    const auto labels = MapModelLabels(Task(task), names);
    REQUIRE_MESSAGE(labels.ok(), labels.status().ToString());
    CHECK(labels->warning.empty());
    return labels->label_of_output;
  };
  const auto error = [](std::vector<std::string> names) {
    return MapModelLabels(Task("MRPC"), names).status();
  };
  const std::vector<int> same = {0, 1};
  const std::vector<int> swapped = {1, 0};
  CHECK(map("MRPC", {}) == same);
  CHECK(map("MRPC", {"not_equivalent", "equivalent"}) == same);
  CHECK(map("MRPC", {"Equivalent", "Not equivalent"}) == swapped);
  CHECK(map("MRPC", {"LABEL_0", "LABEL_1"}) == same);
  CHECK(map("SST-2", {"NEGATIVE", "POSITIVE"}) == same);
  CHECK(map("SST-2", {"POS", "NEG"}) == swapped);
  CHECK(map("SST-2", {"positive", "LABEL_0"}) == swapped);
  CHECK(map("RTE", {"not-entailment", "entailment"}) == swapped);
  CHECK(map("QQP", {"duplicate", "not_duplicate"}) == swapped);
  CHECK(map("WNLI", {"1", "0"}) == swapped);
  CHECK(error({"a", "b", "c"}).message() == "the model has 3 labels, MRPC has 2");
  CHECK(error({"equivalent", "equivalent"}).code() == StatusCode::kInvalidArgument);
  CHECK(error({"equivalent", "other"}).code() == StatusCode::kInvalidArgument);
  const auto unknown = MapModelLabels(Task("MRPC"), {"yes", "no"});
  REQUIRE(unknown.ok());
  CHECK(unknown->label_of_output == same);
  CHECK(unknown->warning ==
        "the model's labels 'yes' and 'no' are not MRPC's 'not_equivalent' and 'equivalent'; its "
        "outputs are taken in the order of the task's labels");
}

}  // namespace
}  // namespace octet::bert
