#include "bert/metrics.h"

namespace octet::bert {
namespace {

double Ratio(int64_t numerator, int64_t denominator) {
  if (denominator == 0) return 0;
  return static_cast<double>(numerator) / static_cast<double>(denominator);
}

}  // namespace

void ConfusionCounts::Add(int label, int prediction) {
  if (prediction == 1) {
    ++(label == 1 ? true_positive : false_positive);
  } else {
    ++(label == 1 ? false_negative : true_negative);
  }
}

int64_t ConfusionCounts::Total() const {
  return true_positive + false_positive + true_negative + false_negative;
}

double ConfusionCounts::Accuracy() const { return Ratio(true_positive + true_negative, Total()); }

double ConfusionCounts::F1() const {
  return Ratio(2 * true_positive, 2 * true_positive + false_positive + false_negative);
}

}  // namespace octet::bert
