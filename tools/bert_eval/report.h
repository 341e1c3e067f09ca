// What bert_eval shows: the table for people, JSON for machines, predictions for a GLUE submission.
#ifndef OCTET_TOOLS_BERT_EVAL_REPORT_H_
#define OCTET_TOOLS_BERT_EVAL_REPORT_H_

#include <span>
#include <string>
#include <vector>

#include "bert/evaluate.h"
#include "runtime/attention_precision.h"

namespace octet::tools {

struct EvalReport {
  std::string model_path;
  std::string model_sha256;
  std::string data_path;
  std::string task;
  int64_t first_row = 0;  // of the data file, when sharded
  int64_t rows = 0;
  bool has_labels = true;
  std::span<const bert::Metric> metrics;  // of the task
  std::string cpu_name;
  std::string isa;
  runtime::AttentionPrecision attention = runtime::AttentionPrecision::kF32;  // shown unless kF32
  int threads = 1;
  int64_t batch_size = 1;
  std::vector<bert::EvalRun> runs;
};

// The table: a column a run, then what the runs say about one another.
std::string FormatTable(const EvalReport& report);

// The object of the command-line contract, "schema": 1. Metrics of unlabelled data are null.
std::string FormatJson(const EvalReport& report);

// index, prediction and logits of a run, tab-separated with a header. Logits read back to the same
// float (shortest decimal form).
std::string FormatPredictions(const bert::EvalRun& run, int64_t first_row);

// Where the predictions of one of several runs go: "out.tsv" -> "out.int8.tsv".
std::string PredictionsPath(const std::string& path, bert::Precision precision, bool several);

}  // namespace octet::tools

#endif  // OCTET_TOOLS_BERT_EVAL_REPORT_H_
