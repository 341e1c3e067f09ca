// Runs the task classify over a labelled data set and measures it.
#ifndef OCTET_BERT_EVALUATE_H_
#define OCTET_BERT_EVALUATE_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "bert/context.h"
#include "bert/glue.h"
#include "bert/metrics.h"
#include "bert/precision.h"

namespace octet::bert {

// One precision's results.
struct EvalRun {
  Precision precision = Precision::kFp32;
  ConfusionCounts confusion;     // all zero when the data has no labels
  std::vector<int> predictions;  // one label for each row
  std::vector<float> logits;     // num_labels for each row, in the model's order
  int64_t num_labels = 0;
  int64_t tokens = 0;  // padding not counted
  double seconds = 0;  // from tokenization to the last logit; without loading and a warm-up batch
  int64_t weight_bytes = 0;
  double load_seconds = 0;  // from the files to a program that is ready to run
  int64_t peak_rss_bytes = 0;

  int64_t rows() const { return static_cast<int64_t>(predictions.size()); }
};

struct EvalData {
  std::span<const GlueExample> examples;  // at least one
  bool is_pair = true;
  std::vector<int> label_of_output;  // from MapModelLabels
};

// Classifies all examples in order, batch_size at a time, and fills the fields of `run` from
// `confusion` to `seconds`. Calls `progress` with the number of rows done so far; when it returns
// false, Evaluate stops with Cancelled.
Status Evaluate(Context* classifier, const EvalData& data, int64_t batch_size,
                const std::function<bool(int64_t done)>& progress, EvalRun* run);

// How much two runs over the same rows differ.
struct EvalDifference {
  double mean_abs_logit = 0;
  double max_abs_logit = 0;
  int64_t predictions = 0;  // rows whose prediction differs
  bool identical = false;   // every logit has the same bits
};
EvalDifference Compare(const EvalRun& a, const EvalRun& b);

}  // namespace octet::bert

#endif  // OCTET_BERT_EVALUATE_H_
