// GLUE tasks (Wang et al., 2019): which columns a task's files have, what its labels are called,
// and a reader for them.
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
// hold several names, "first|second": GLUE's own, then those that the datasets library writes or
// that models use.
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

// By name, in any case ("mrpc", "SST-2"). Errors: InvalidArgument listing the known names.
Result<const GlueTask*> FindGlueTask(std::string_view name);

struct GlueExample {
  std::string text_a;
  std::string text_b;        // empty for a task on single texts
  std::optional<int> label;  // none in a test split without labels
  int64_t line = 0;          // in the file, from 1
};

struct GlueData {
  const GlueTask* task = nullptr;
  bool has_labels = false;            // all examples have one, or none
  std::vector<GlueExample> examples;  // never empty
};

// Reads a file of the task. Columns are found by their names, so order and further columns do not
// matter; a file without the label column, or with -1 in every row of it, is a test split.
// Errors, with file and line: NotFound, Io; ResourceLimit for a line above
// LineReader::kMaxLineBytes; InvalidArgument for bad data: no header or a text column missing, a
// column named twice, a wrong number of columns, an unknown label, labels in some rows alone, a NUL
// byte, no rows.
Result<GlueData> ReadGlue(const std::string& path, const GlueTask& task);

struct LabelMap {
  std::vector<int> label_of_output;  // the task's label (0 or 1) that output i stands for
  std::string warning;               // why the order of the outputs is a guess; "" if it is not one
};

// `id2label` holds the names of the model's outputs from its config.json, empty if it has none.
// Names are compared with the task's label names, its files' labels and "LABEL_0", "LABEL_1",
// without case, '_', '-' and blanks. When both names are unknown, the order of the outputs is taken
// for the order of the labels, with a warning.
// Errors: InvalidArgument if the model has names but not two, or names one label twice or one that
// is known and one that is not.
Result<LabelMap> MapModelLabels(const GlueTask& task, const std::vector<std::string>& id2label);

}  // namespace octet::bert

#endif  // OCTET_BERT_GLUE_H_
