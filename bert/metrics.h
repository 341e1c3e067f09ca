// Binary classification metrics.
#ifndef OCTET_BERT_METRICS_H_
#define OCTET_BERT_METRICS_H_

#include <cstdint>

namespace octet::bert {

// How often each prediction met each label; class 1 is the positive one. Counts of disjoint parts
// of a data set add up to the counts of the whole, so shards can be merged exactly.
struct ConfusionCounts {
  int64_t true_positive = 0;   // predicted 1, label 1
  int64_t false_positive = 0;  // predicted 1, label 0
  int64_t true_negative = 0;   // predicted 0, label 0
  int64_t false_negative = 0;  // predicted 0, label 1

  // Counts one example. Whatever is not 1 counts as 0.
  void Add(int label, int prediction);
  bool operator==(const ConfusionCounts&) const = default;

  int64_t Total() const;

  // (TP + TN) / total; 0 without examples.
  double Accuracy() const;

  // 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall for class 1. Where that is
  // 0 / 0 (no positive label and none predicted) it is 0, as in scikit-learn.
  double F1() const;
};

}  // namespace octet::bert

#endif  // OCTET_BERT_METRICS_H_
