// The WordPiece model (Schuster and Nakajima, 2012; Devlin et al., 2018): cuts a word into pieces
// of a vocabulary.
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
  // In the vocabulary, a piece that does not start a word begins with this.
  std::string continuation_prefix = "##";
  // A longer word, in code points after normalization, becomes one unk_token.
  int64_t max_word_chars = 100;
};

struct Token {
  int32_t id;
  TokenOffsets offsets;
};

// Immutable, thread-safe.
class WordPiece {
 public:
  // The time for a word is the product of its length and that of the longest piece, so both are
  // limited. Published models allow words of 100 or 200 characters.
  static constexpr int64_t kMaxWordChars = 4096;
  static constexpr int64_t kMaxPieceChars = 512;

  // Errors: InvalidModel if the vocabulary does not have unk_token; ResourceLimit if
  // max_word_chars is above kMaxWordChars, or if it allows words that contain a piece of more than
  // kMaxPieceChars.
  static Result<WordPiece> Create(Vocabulary vocabulary, WordPieceOptions options = {});

  // Appends the tokens of a word, which must not be empty: from the left, each time the longest
  // piece in the vocabulary. If a part of the word is not in the vocabulary, appends only
  // unk_token.
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
