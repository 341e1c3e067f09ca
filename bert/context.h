// From texts to the numbers of a task: tokenizer, batching and session for one caller.
#ifndef OCTET_BERT_CONTEXT_H_
#define OCTET_BERT_CONTEXT_H_

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bert/batch.h"
#include "bert/encoder.h"
#include "bert/tasks/task.h"
#include "runtime/session.h"

namespace octet::bert {

// How many tokens texts are cut to by default: 128, which nearly every sentence pair of GLUE fits
// in, or the model's maximum if that is less.
inline int64_t DefaultMaxLength(const text::Tokenizer& tokenizer) {
  return tokenizer.AtMostModelLength(128);
}

struct TextPair {
  std::string_view a;
  std::optional<std::string_view> b;
};

// What one caller needs to run an encoder on texts: a session and the memory of a batch. Much
// smaller than the encoder. Contexts may share an encoder and a thread pool. Not thread-safe: one
// thread at a time; a concurrent call returns Busy.
class Context {
 public:
  // Texts are cut to max_length tokens; 0 means DefaultMaxLength. Errors: that of Encoder::text, if
  // the encoder cannot run texts; InvalidModel, with the model's file, when its inputs are not
  // those of a text encoder or its outputs not those of the task; InvalidArgument for a max_length
  // that leaves no room for a token of a text or is above the model's.
  static Result<Context> Create(std::shared_ptr<const Encoder> encoder, const Task& task,
                                std::shared_ptr<runtime::ThreadPool> pool, int64_t max_length = 0);

  // How many numbers each text gets.
  int64_t width() const { return head_.width; }
  const Encoder& encoder() const { return *encoder_; }

  // Runs all texts as one batch and appends width() numbers for each to `values`. The numbers of a
  // text do not depend on the other texts, unless a qconfig has one range for all activations.
  // After an error `values` is unchanged. Errors: Busy; those of Tokenizer::Encode, Session::Run
  // and Task::read.
  Status Run(std::span<const TextPair> texts, std::vector<float>* values);

  // Tokens run so far, padding not counted.
  int64_t num_tokens() const { return num_tokens_; }

 private:
  Context() = default;

  std::shared_ptr<const Encoder> encoder_;
  std::shared_ptr<const text::Tokenizer> tokenizer_;
  const Task* task_ = nullptr;
  TaskHead head_;
  std::unique_ptr<std::atomic<bool>> busy_ = std::make_unique<std::atomic<bool>>(false);
  std::unique_ptr<runtime::Session> session_;
  std::vector<InputSpec> inputs_;
  int64_t max_length_ = 0;
  int64_t num_tokens_ = 0;
  std::vector<text::Encoding> encodings_;
  Batch batch_;
};

}  // namespace octet::bert

#endif  // OCTET_BERT_CONTEXT_H_
