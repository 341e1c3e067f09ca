// GLUE tasks (Wang et al., 2019): the columns of a task's files, the names of its labels, and a
// reader for the files.
#ifndef OCTET_BERT_GLUE_H_
#define OCTET_BERT_GLUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace octet::bert {

// One row of the task table: a classification of one text or a pair into two classes. A field may
// hold several names, "first|second": first GLUE's own name, then names that the datasets library
// or models use.
struct GlueTask {
  std::string_view name;           // "MRPC"
  std::string_view text_a_column;  // "#1 String|sentence1"
  std::string_view text_b_column;  // "" for a task on single texts
  std::string_view label_column;
  std::string_view labels[2];       // how the files write labels 0 and 1
  std::string_view label_names[2];  // what labels 0 and 1 mean, as model configurations name them
  // The columns of files without a header, TAB-separated; "" if every file has one.
  std::string_view columns_without_header;
  // The row of bert/tasks/tasks.def that runs and scores it.
  std::string_view task = "classify";
};

// Finds a task by its name, ignoring case ("mrpc", "SST-2"). InvalidArgument lists the known names.
Result<const GlueTask*> FindGlueTask(std::string_view name);

struct GlueExample {
  std::string text_a;
  std::string text_b;        // empty for a task on single texts
  std::optional<int> label;  // none in a test split without labels
  int64_t line = 0;          // in the file, from 1
};

struct GlueData {
  const GlueTask* task = nullptr;
  bool has_labels = false;            // either all examples have a label or none has
  std::vector<GlueExample> examples;  // never empty
};

// Reads a file of the task. Columns are found by their names, in any order; other columns are
// ignored. A file without the label column, or with -1 in every row of it, is a test split.
// Errors, with file and line: NotFound, Io; ResourceLimit for a line above
// LineReader::kMaxLineBytes; InvalidArgument for bad data: a missing header or text column, a
// column that is named twice, a wrong number of columns, an unknown label, labels in only some of
// the rows, a NUL byte, no rows.
Result<GlueData> ReadGlue(const std::string& path, const GlueTask& task);

struct LabelMap {
  std::vector<int> label_of_output;  // the task's label (0 or 1) that output i stands for
  std::string warning;               // why the order of the outputs is a guess; "" if it is not one
};

// `id2label` holds the names of the model's outputs from its config.json; empty if there are none.
// Names are compared with the task's label names, its files' labels and "LABEL_0", "LABEL_1",
// ignoring case, '_', '-' and blanks. When both names are unknown, the outputs are assumed to be in
// the order of the labels, with a warning.
// Errors: InvalidArgument if the number of names is neither 0 nor 2, if both names stand for one
// label, or if only one name is known.
Result<LabelMap> MapModelLabels(const GlueTask& task, const std::vector<std::string>& id2label);

}  // namespace octet::bert

#endif  // OCTET_BERT_GLUE_H_
