// The WordLevel model: a word is one token, or the unknown token.
#ifndef OCTET_TEXT_WORD_LEVEL_H_
#define OCTET_TEXT_WORD_LEVEL_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "text/model.h"
#include "text/normalizer.h"
#include "text/vocab.h"

namespace octet::text {

struct WordLevelOptions {
  std::string unk_token;
};

// Immutable, thread-safe.
class WordLevel : public Model {
 public:
  // If the vocabulary does not have unk_token, an unknown word has no encoding.
  static Result<std::unique_ptr<const Model>> Create(Vocabulary vocabulary,
                                                     const WordLevelOptions& options);

  void Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const override;

 private:
  WordLevel(Vocabulary vocabulary, const WordLevelOptions& options);

  int32_t unk_id_;  // Token::kUnknown if there is none
};

}  // namespace octet::text

#endif  // OCTET_TEXT_WORD_LEVEL_H_
