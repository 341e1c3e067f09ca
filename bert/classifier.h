// Text in, logits out: tokenizer, batching and session of a sequence classifier.
#ifndef OCTET_BERT_CLASSIFIER_H_
#define OCTET_BERT_CLASSIFIER_H_

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bert/batch.h"
#include "bert/engine.h"
#include "bert/text/wordpiece.h"
#include "runtime/session.h"

namespace octet::bert {

// How many tokens texts are cut to by default: 128, longer than nearly every sentence pair of GLUE,
// or as many as the model has positions for.
inline int64_t DefaultMaxLength(const WordPieceTokenizer& tokenizer) {
  return tokenizer.AtMostModelLength(128);
}

struct TextPair {
  std::string_view a;
  std::optional<std::string_view> b;
};

// One caller's classifier: a session and its scratch memory. Not thread-safe; the engine, the
// tokenizer and the pool may be shared with others.
class Classifier {
 public:
  // Texts are cut to max_length tokens. InvalidModel when the model's inputs or its first output
  // (f32 [batch, labels]) are not those of a sequence classifier.
  static Result<Classifier> Create(const Engine& engine,
                                   std::shared_ptr<const WordPieceTokenizer> tokenizer,
                                   std::shared_ptr<runtime::ThreadPool> pool, int64_t max_length);

  int64_t num_labels() const { return num_labels_; }

  // Appends num_labels() logits for each text to `logits`, running all of them as one batch. What a
  // text gets does not depend on the others, unless a qconfig has one range for all activations.
  Status Classify(std::span<const TextPair> texts, std::vector<float>* logits);

  // Tokens run so far, padding not counted.
  int64_t num_tokens() const { return num_tokens_; }

 private:
  Classifier() = default;

  std::shared_ptr<const WordPieceTokenizer> tokenizer_;
  std::unique_ptr<runtime::Session> session_;
  std::vector<InputSpec> inputs_;
  int64_t num_labels_ = 0;
  int64_t max_length_ = 0;
  int64_t num_tokens_ = 0;
  std::vector<Encoding> encodings_;
  Batch batch_;
};

}  // namespace octet::bert

#endif  // OCTET_BERT_CLASSIFIER_H_
