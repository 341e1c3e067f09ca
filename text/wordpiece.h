// The WordPiece model (Schuster and Nakajima, 2012; Devlin et al., 2018): cuts a word into pieces
// of a vocabulary.
#ifndef OCTET_TEXT_WORDPIECE_H_
#define OCTET_TEXT_WORDPIECE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "text/model.h"
#include "text/normalizer.h"
#include "text/piece_trie.h"
#include "text/vocab.h"

namespace octet::text {

struct WordPieceOptions {
  std::string unk_token = "[UNK]";
  // In the vocabulary, a piece that does not start a word begins with this.
  std::string continuation_prefix = "##";
  // A longer word, in code points after normalization, becomes one unk_token.
  int64_t max_word_chars = 100;
};

// Immutable, thread-safe.
class WordPiece : public Model {
 public:
  // The time for a word is the product of its length and that of the longest piece, so both are
  // limited. Published models allow words of 100 or 200 characters.
  static constexpr int64_t kMaxWordChars = 4096;
  static constexpr int64_t kMaxPieceChars = 512;

  // Errors: InvalidModel if the vocabulary does not have unk_token; ResourceLimit if
  // max_word_chars is above kMaxWordChars, or if it allows words that contain a piece of more than
  // kMaxPieceChars.
  static Result<std::unique_ptr<const Model>> Create(Vocabulary vocabulary,
                                                     WordPieceOptions options = {});

  // Takes from the left, each time, the longest piece in the vocabulary. If a part of the word is
  // not in the vocabulary, appends only unk_token.
  void Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const override;

 private:
  WordPiece(Vocabulary vocabulary, const WordPieceOptions& options, int32_t unk_id);

  PieceTrie trie_;
  PieceTrie::Node continuation_;  // where the pieces inside words start; kNone if there are none
  int64_t max_word_chars_;
  int32_t unk_id_;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_WORDPIECE_H_
