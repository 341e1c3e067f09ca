// The WordPiece model (Schuster and Nakajima, 2012; Devlin et al., 2018): a word to pieces of a
// vocabulary.
#ifndef OCTET_TEXT_WORDPIECE_H_
#define OCTET_TEXT_WORDPIECE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "text/encoding.h"
#include "text/normalizer.h"
#include "text/vocab.h"

namespace octet::text {

struct WordPieceOptions {
  std::string unk_token = "[UNK]";
  // What a piece inside a word starts with in the vocabulary.
  std::string continuation_prefix = "##";
  // A longer word, in code points after normalization, is unk_token as a whole.
  int64_t max_word_chars = 100;
};

struct Token {
  int32_t id;
  TokenOffsets offsets;
};

// Immutable, thread-safe.
class WordPiece {
 public:
  // Far above the 100 or 200 of published models. A word's time is its characters times those of
  // the longest piece in it, so both are limited.
  static constexpr int64_t kMaxWordChars = 4096;
  static constexpr int64_t kMaxPieceChars = 512;

  // Errors: InvalidModel if the vocabulary does not have unk_token; ResourceLimit for
  // max_word_chars above kMaxWordChars, and for pieces above kMaxPieceChars that words may hold.
  static Result<WordPiece> Create(Vocabulary vocabulary, WordPieceOptions options = {});

  // Appends the tokens of a word, which is not empty: from the left, each the longest piece that
  // the vocabulary has; unk_token alone if a part of the word has none.
  void Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  WordPiece(Vocabulary vocabulary, WordPieceOptions options);

  Vocabulary vocabulary_;
  WordPieceOptions options_;
  TokenTrie::Node continuation_;  // where the pieces inside words start; kNone if there are none
  int32_t unk_id_ = 0;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_WORDPIECE_H_
