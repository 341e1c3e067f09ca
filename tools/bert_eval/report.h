// The output of bert_eval: a table for people, JSON for programs, predictions for a GLUE
// submission.
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
  int64_t first_row = 0;  // number of the first row of the shard in the data file, from 0
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

// The table: one column for each run, then a comparison of the runs.
std::string FormatTable(const EvalReport& report);

// A JSON object with "schema": 1, whose form scripts rely on. Metrics of unlabelled data are null.
std::string FormatJson(const EvalReport& report);

// index, prediction and logits of a run, tab-separated with a header. Logits have the shortest
// decimal form that reads back as the same float.
std::string FormatPredictions(const bert::EvalRun& run, int64_t first_row);

// The file for the predictions of a run: `path`, or if there are several runs, "out.tsv" ->
// "out.int8.tsv".
std::string PredictionsPath(const std::string& path, bert::Precision precision, bool several);

}  // namespace octet::tools

#endif  // OCTET_TOOLS_BERT_EVAL_REPORT_H_
