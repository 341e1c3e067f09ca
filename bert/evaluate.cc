#include "bert/evaluate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

namespace octet::bert {
namespace {

std::vector<TextPair> TextsOf(std::span<const GlueExample> examples, bool is_pair) {
  std::vector<TextPair> texts;
  for (const GlueExample& example : examples) {
    texts.push_back(
        {example.text_a, is_pair ? std::optional<std::string_view>(example.text_b) : std::nullopt});
  }
  return texts;
}

// The label of the largest logit of each row. Of equal logits the first one counts.
std::vector<int> Predict(std::span<const float> logits, int64_t num_labels,
                         std::span<const int> label_of_output) {
  std::vector<int> predictions;
  for (size_t row = 0; row < logits.size(); row += static_cast<size_t>(num_labels)) {
    const auto values = logits.subspan(row, static_cast<size_t>(num_labels));
    const auto best = std::ranges::max_element(values) - values.begin();
    predictions.push_back(label_of_output[static_cast<size_t>(best)]);
  }
  return predictions;
}

// Checks the logits of the rows from `first` on.
Status CheckFinite(std::span<const float> logits, int64_t first, int64_t num_labels) {
  for (auto i = static_cast<size_t>(first * num_labels); i < logits.size(); ++i) {
    if (std::isfinite(logits[i])) continue;
    return InvalidModel("row " + std::to_string(static_cast<int64_t>(i) / num_labels + 1) +
                        " of those evaluated has a logit that is not a finite number");
  }
  return {};
}

}  // namespace

Status Evaluate(Context* classifier, const EvalData& data, int64_t batch_size,
                const std::function<bool(int64_t done)>& progress, EvalRun* run) {
  run->num_labels = classifier->width();
  if (static_cast<size_t>(run->num_labels) != data.label_of_output.size()) {
    return InvalidModel("the model has " + std::to_string(run->num_labels) +
                        " outputs, but the task has " +
                        std::to_string(data.label_of_output.size()) + " labels");
  }
  const std::vector<TextPair> texts = TextsOf(data.examples, data.is_pair);
  const auto total = static_cast<int64_t>(texts.size());
  const auto batch = [&](int64_t begin) {
    const int64_t size = std::min(batch_size, total - begin);
    return std::span(texts).subspan(static_cast<size_t>(begin), static_cast<size_t>(size));
  };

  std::vector<float> warm_up;
  OCTET_RETURN_IF_ERROR(classifier->Run(batch(0), &warm_up));
  const int64_t tokens_before = classifier->num_tokens();
  const auto start = std::chrono::steady_clock::now();
  for (int64_t begin = 0; begin < total; begin += batch_size) {
    OCTET_RETURN_IF_ERROR(classifier->Run(batch(begin), &run->logits));
    const int64_t done = std::min(begin + batch_size, total);
    OCTET_RETURN_IF_ERROR(CheckFinite(run->logits, begin, run->num_labels));
    if (!progress(done)) {
      return Status(StatusCode::kCancelled, "interrupted after " + std::to_string(done) + " of " +
                                                std::to_string(total) + " rows");
    }
  }
  run->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  run->tokens = classifier->num_tokens() - tokens_before;
  run->predictions = Predict(run->logits, run->num_labels, data.label_of_output);
  for (size_t i = 0; i < data.examples.size(); ++i) {
    if (data.examples[i].label) {
      run->confusion.Add(*data.examples[i].label, run->predictions[i]);
    }
  }
  return {};
}

EvalDifference Compare(const EvalRun& a, const EvalRun& b) {
  EvalDifference difference;
  for (size_t i = 0; i < a.logits.size(); ++i) {
    const double delta = std::abs(static_cast<double>(a.logits[i]) - b.logits[i]);
    difference.mean_abs_logit += delta / static_cast<double>(a.logits.size());
    difference.max_abs_logit = std::max(difference.max_abs_logit, delta);
  }
  for (size_t i = 0; i < a.predictions.size(); ++i) {
    difference.predictions += a.predictions[i] != b.predictions[i] ? 1 : 0;
  }
  difference.identical =
      a.logits.size() == b.logits.size() &&
      std::memcmp(a.logits.data(), b.logits.data(), a.logits.size() * sizeof(float)) == 0;
  return difference;
}

}  // namespace octet::bert
