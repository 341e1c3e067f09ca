// Binary classification metrics.
#ifndef OCTET_BERT_METRICS_H_
#define OCTET_BERT_METRICS_H_

#include <cstdint>

namespace octet::bert {

// How often each pair of prediction and label occurred; class 1 is the positive one. Counts of
// disjoint parts of a data set add up to the counts of the whole, so shards can be merged exactly.
struct ConfusionCounts {
  int64_t true_positive = 0;   // predicted 1, label 1
  int64_t false_positive = 0;  // predicted 1, label 0
  int64_t true_negative = 0;   // predicted 0, label 0
  int64_t false_negative = 0;  // predicted 0, label 1

  // Counts one example. Labels and predictions other than 1 count as 0.
  void Add(int label, int prediction);
  bool operator==(const ConfusionCounts&) const = default;

  int64_t Total() const;

  // (TP + TN) / total; 0 without examples.
  double Accuracy() const;

  // 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall for class 1. It is 0 instead
  // of 0 / 0 when there are neither positive labels nor positive predictions, as in scikit-learn.
  double F1() const;
};

}  // namespace octet::bert

#endif  // OCTET_BERT_METRICS_H_
