#include "bert/text/glue.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bert/text/line_reader.h"

namespace octet::bert {
namespace {

// At TAB and nothing else: GLUE knows no quoting. "" is one empty field. The fields point into
// `line`.
std::vector<std::string_view> SplitTabs(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const size_t tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return fields;
    line.remove_prefix(tab + 1);
  }
}

constexpr GlueTask kTasks[] = {
    {"MRPC", "#1 String", "#2 String", "Quality", {"0", "1"}, {"not_equivalent", "equivalent"}, ""},
    {"SST-2", "sentence", "", "label", {"0", "1"}, {"negative", "positive"}, ""},
    {"CoLA",
     "sentence",
     "",
     "label",
     {"0", "1"},
     {"unacceptable", "acceptable"},
     "source\tlabel\tmark\tsentence"},
    {"RTE",
     "sentence1",
     "sentence2",
     "label",
     {"entailment", "not_entailment"},
     {"entailment", "not_entailment"},
     ""},
    {"QNLI",
     "question",
     "sentence",
     "label",
     {"entailment", "not_entailment"},
     {"entailment", "not_entailment"},
     ""},
    {"WNLI", "sentence1", "sentence2", "label", {"0", "1"}, {"not_entailment", "entailment"}, ""},
};

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// Where a file's columns are. npos = not in this file.
struct Columns {
  static constexpr size_t npos = static_cast<size_t>(-1);
  size_t count = 0;
  size_t text_a = npos;
  size_t text_b = npos;
  size_t label = npos;
};

// The index of the column, npos if there is none.
Result<size_t> FindColumn(const std::vector<std::string_view>& header, std::string_view name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (name.empty() || found == header.end()) return Columns::npos;
  if (std::find(found + 1, header.end(), name) != header.end()) {
    return InvalidArgument(fmt::format("column '{}' appears twice", name));
  }
  return static_cast<size_t>(found - header.begin());
}

Result<Columns> FindColumns(const GlueTask& task, std::string_view header_line) {
  const std::vector<std::string_view> header = SplitTabs(header_line);
  Columns columns;
  columns.count = header.size();
  OCTET_ASSIGN_OR_RETURN(columns.text_a, FindColumn(header, task.text_a_column));
  OCTET_ASSIGN_OR_RETURN(columns.text_b, FindColumn(header, task.text_b_column));
  OCTET_ASSIGN_OR_RETURN(columns.label, FindColumn(header, task.label_column));
  const bool no_a = columns.text_a == Columns::npos;
  const bool no_b = columns.text_b == Columns::npos && !task.text_b_column.empty();
  if (no_a || no_b) {
    return InvalidArgument(fmt::format("no column '{}', which {} needs; the first line is '{}'",
                                       no_a ? task.text_a_column : task.text_b_column, task.name,
                                       Printable(header_line)));
  }
  return columns;
}

Result<int> ParseLabel(const GlueTask& task, std::string_view text) {
  for (int label = 0; label < 2; ++label) {
    if (text == task.labels[label]) return label;
  }
  return InvalidArgument(fmt::format("label '{}', expected '{}' or '{}'", Printable(text),
                                     task.labels[0], task.labels[1]));
}

Result<GlueExample> ParseRow(const GlueTask& task, const Columns& columns, std::string_view line) {
  const std::vector<std::string_view> fields = SplitTabs(line);
  if (fields.size() != columns.count) {
    return InvalidArgument(fmt::format("{} columns, expected {}", fields.size(), columns.count));
  }
  GlueExample example;
  example.text_a = fields[columns.text_a];
  if (columns.text_b != Columns::npos) example.text_b = fields[columns.text_b];
  if (columns.label != Columns::npos) {
    OCTET_ASSIGN_OR_RETURN(example.label, ParseLabel(task, fields[columns.label]));
  }
  return example;
}

bool NamesLabel(const GlueTask& task, int label, std::string_view name) {
  return EqualIgnoringCase(name, task.label_names[label]) ||
         EqualIgnoringCase(name, task.labels[label]) ||
         EqualIgnoringCase(name, label == 0 ? "LABEL_0" : "LABEL_1");
}

}  // namespace

Result<const GlueTask*> FindGlueTask(std::string_view name) {
  std::string known;
  for (const GlueTask& task : kTasks) {
    if (EqualIgnoringCase(task.name, name)) return &task;
    known += known.empty() ? "" : ", ";
    known += task.name;
  }
  return InvalidArgument(fmt::format("unknown task '{}'; known: {}", Printable(name), known));
}

Result<GlueData> ReadGlue(const std::string& path, const GlueTask& task) {
  OCTET_ASSIGN_OR_RETURN(LineReader reader, LineReader::Open(path));
  OCTET_ASSIGN_OR_RETURN(bool more, reader.Next());
  if (!more) return InvalidArgument("the file is empty").InFile(path);

  Result<Columns> columns = FindColumns(task, reader.line());
  if (columns.ok()) {
    OCTET_ASSIGN_OR_RETURN(more, reader.Next());
  } else if (!task.columns_without_header.empty()) {
    columns = FindColumns(task, task.columns_without_header);
  }
  if (!columns.ok()) return reader.Here(columns.status());

  GlueData data;
  data.task = &task;
  data.has_labels = columns->label != Columns::npos;
  while (more) {
    Result<GlueExample> example = ParseRow(task, *columns, reader.line());
    if (!example.ok()) return reader.Here(example.status());
    example->line = reader.line_number();
    data.examples.push_back(*std::move(example));
    OCTET_ASSIGN_OR_RETURN(more, reader.Next());
  }
  if (data.examples.empty()) return InvalidArgument("a header and no rows").InFile(path);
  return data;
}

Result<std::vector<int>> MapModelLabels(const GlueTask& task,
                                        const std::vector<std::string>& id2label) {
  if (id2label.empty()) return std::vector<int>{0, 1};
  if (id2label.size() != 2) {
    return InvalidArgument(
        fmt::format("the model has {} labels, {} has 2", id2label.size(), task.name));
  }
  std::vector<int> label_of;
  for (const std::string& name : id2label) {
    label_of.push_back(NamesLabel(task, 0, name) ? 0 : NamesLabel(task, 1, name) ? 1 : -1);
  }
  if (label_of == std::vector<int>{-1, -1}) return std::vector<int>{0, 1};
  if (label_of[0] + label_of[1] != 1 || label_of[0] < 0 || label_of[1] < 0) {
    return InvalidArgument(fmt::format(
        "the model's labels '{}' and '{}' are not {}'s '{}' and '{}'", Printable(id2label[0]),
        Printable(id2label[1]), task.name, task.label_names[0], task.label_names[1]));
  }
  return label_of;
}

}  // namespace octet::bert
