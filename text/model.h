// What a tokenizer asks of its model, which turns the words of a text into tokens.
#ifndef OCTET_TEXT_MODEL_H_
#define OCTET_TEXT_MODEL_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "text/encoding.h"
#include "text/normalizer.h"
#include "text/vocab.h"

namespace octet::text {

struct Token {
  // The id of a part of a text that the vocabulary does not have, if it has no token for the
  // unknown either. Such a text has no encoding.
  static constexpr int32_t kUnknown = -1;

  int32_t id;
  TokenOffsets offsets;
};

// Immutable, thread-safe.
class Model {
 public:
  virtual ~Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  // Appends the tokens of a word, which must not be empty.
  virtual void Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const = 0;

  // The tokens that the model itself has, added tokens not included.
  const Vocabulary& vocabulary() const { return vocabulary_; }

 protected:
  explicit Model(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {}

 private:
  Vocabulary vocabulary_;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_MODEL_H_
