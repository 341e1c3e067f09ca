#include "bert/glue.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/line_reader.h"

namespace octet::bert {
namespace {

// Splits at TABs only: GLUE files do not use quotes. "" is one empty field. The fields point into
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
    {"MRPC",
     "#1 String|sentence1",
     "#2 String|sentence2",
     "Quality|label",
     {"0", "1"},
     {"not_equivalent|not_paraphrase", "equivalent|paraphrase"},
     ""},
    {"SST-2", "sentence", "", "label", {"0", "1"}, {"negative|neg", "positive|pos"}, ""},
    {"CoLA",
     "sentence",
     "",
     "label",
     {"0", "1"},
     {"unacceptable|ungrammatical", "acceptable|grammatical"},
     "source\tlabel\tmark\tsentence"},
    {"RTE",
     "sentence1",
     "sentence2",
     "label",
     {"entailment|0", "not_entailment|1"},
     {"entailment", "not_entailment"},
     ""},
    {"QNLI",
     "question",
     "sentence",
     "label",
     {"entailment|0", "not_entailment|1"},
     {"entailment", "not_entailment"},
     ""},
    {"WNLI", "sentence1", "sentence2", "label", {"0", "1"}, {"not_entailment", "entailment"}, ""},
    {"QQP",
     "question1",
     "question2",
     "is_duplicate|label",
     {"0", "1"},
     {"not_duplicate", "duplicate"},
     ""},
};

// The first of the names in "first|second".
std::string_view FirstOf(std::string_view names) { return names.substr(0, names.find('|')); }

// Whether f is true of one of the names in "first|second".
template <typename F>
bool AnyOf(std::string_view names, F&& f) {
  for (;;) {
    if (f(FirstOf(names))) return true;
    const size_t end = names.find('|');
    if (end == std::string_view::npos) return false;
    names.remove_prefix(end + 1);
  }
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, Lower, Lower);
}

// "Not Entailment", "not-entailment" and "NOT_ENTAILMENT" are one name.
bool IsSameName(std::string_view a, std::string_view b) {
  const auto plain = [](std::string_view name) {
    std::string text;
    for (const char c : name) {
      if (c != '_' && c != '-' && c != ' ') text += Lower(c);
    }
    return text;
  };
  return plain(a) == plain(b);
}

// The indices of a file's columns. npos: the file does not have the column.
struct Columns {
  static constexpr size_t npos = static_cast<size_t>(-1);
  size_t count = 0;
  size_t text_a = npos;
  size_t text_b = npos;
  size_t label = npos;
};

// The index of the column with the first of `names` that is in the header; npos if none is.
Result<size_t> FindColumn(const std::vector<std::string_view>& header, std::string_view names) {
  auto found = header.end();
  AnyOf(names, [&](std::string_view name) {
    if (!name.empty()) found = std::find(header.begin(), header.end(), name);
    return found != header.end();
  });
  if (found == header.end()) return Columns::npos;
  if (std::find(found + 1, header.end(), *found) != header.end()) {
    return InvalidArgument(fmt::format("column '{}' appears twice", *found));
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
                                       FirstOf(no_a ? task.text_a_column : task.text_b_column),
                                       task.name, Printable(header_line)));
  }
  return columns;
}

// What the datasets library writes as the label of a row in a test split.
constexpr std::string_view kNoLabel = "-1";

Result<std::optional<int>> ParseLabel(const GlueTask& task, std::string_view text) {
  if (text == kNoLabel) return std::optional<int>();
  for (int label = 0; label < 2; ++label) {
    const auto is_text = [&](std::string_view known) { return text == known; };
    if (AnyOf(task.labels[label], is_text)) return std::optional<int>(label);
  }
  return InvalidArgument(fmt::format("label '{}', expected '{}' or '{}'", Printable(text),
                                     FirstOf(task.labels[0]), FirstOf(task.labels[1])));
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
  const auto is_name = [&](std::string_view known) { return IsSameName(name, known); };
  return AnyOf(task.label_names[label], is_name) || AnyOf(task.labels[label], is_name) ||
         is_name(label == 0 ? "LABEL_0" : "LABEL_1");
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
  while (more) {
    Result<GlueExample> example = ParseRow(task, *columns, reader.line());
    if (!example.ok()) return reader.Here(example.status());
    example->line = reader.line_number();
    if (data.examples.empty()) data.has_labels = example->label.has_value();
    if (data.has_labels != example->label.has_value()) {
      return reader.Here(InvalidArgument(
          fmt::format("this row has {} label, the rows before it have {}",
                      data.has_labels ? "no" : "a", data.has_labels ? "one" : "none")));
    }
    data.examples.push_back(*std::move(example));
    OCTET_ASSIGN_OR_RETURN(more, reader.Next());
  }
  if (data.examples.empty()) return InvalidArgument("a header and no rows").InFile(path);
  return data;
}

Result<LabelMap> MapModelLabels(const GlueTask& task, const std::vector<std::string>& id2label) {
  const LabelMap in_order = {{0, 1}, ""};
  if (id2label.empty()) return in_order;
  if (id2label.size() != 2) {
    return InvalidArgument(
        fmt::format("the model has {} labels, {} has 2", id2label.size(), task.name));
  }
  std::vector<int> label_of;
  for (const std::string& name : id2label) {
    label_of.push_back(NamesLabel(task, 0, name) ? 0 : NamesLabel(task, 1, name) ? 1 : -1);
  }
  const std::string contradiction =
      fmt::format("the model's labels '{}' and '{}' are not {}'s '{}' and '{}'",
                  Printable(id2label[0]), Printable(id2label[1]), task.name,
                  FirstOf(task.label_names[0]), FirstOf(task.label_names[1]));
  if (label_of == std::vector<int>{-1, -1}) {
    return LabelMap{in_order.label_of_output,
                    contradiction + "; its outputs are taken in the order of the task's labels"};
  }
  if (label_of[0] + label_of[1] != 1 || label_of[0] < 0 || label_of[1] < 0) {
    return InvalidArgument(contradiction);
  }
  return LabelMap{std::move(label_of), ""};
}

}  // namespace octet::bert
