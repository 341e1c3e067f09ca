// The Unigram model (Kudo, 2018): cuts a word into the pieces of a vocabulary whose scores have the
// largest sum.
#ifndef OCTET_TEXT_UNIGRAM_H_
#define OCTET_TEXT_UNIGRAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/status.h"
#include "text/byte_tokens.h"
#include "text/model.h"
#include "text/normalizer.h"
#include "text/piece_trie.h"
#include "text/vocab.h"

namespace octet::text {

struct UnigramOptions {
  std::vector<double> scores;     // by id
  std::optional<int32_t> unk_id;  // in the vocabulary; unset: an unknown character has no encoding
  // Unknown characters become the tokens <0x00> to <0xFF> of their bytes, if all of them exist.
  bool byte_fallback = false;
};

// Immutable, thread-safe.
class Unigram : public Model {
 public:
  // The time for a word is the product of its length and that of the longest piece. The longest
  // pieces of published models, runs of blanks, have some dozens.
  static constexpr size_t kMaxPieceBytes = 1024;

  // Error: ResourceLimit for a piece above kMaxPieceBytes.
  static Result<std::unique_ptr<const Model>> Create(Vocabulary vocabulary, UnigramOptions options);

  // Unknown characters side by side become one token, or the tokens of their bytes.
  void Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const override;

 private:
  // The best way to a place of a word: the sum of the scores, and the last piece.
  struct Best {
    double score;
    uint32_t start;  // of the last piece; kNowhere while no way is known
    int32_t id;
  };
  static constexpr uint32_t kNowhere = UINT32_MAX;

  Unigram(Vocabulary vocabulary, UnigramOptions options);

  // Finds the best ways to the places 0 to word.size(). False if this needs the unknown token, but
  // there is none.
  bool FindBest(std::span<const NormalizedChar> word, Best* best) const;
  // Appends the tokens of the unknown characters [begin, end) of a word, the last one first.
  void AppendUnknown(std::span<const NormalizedChar> word, size_t begin, size_t end,
                     std::vector<Token>* tokens) const;

  PieceTrie trie_;
  std::vector<double> scores_;
  double unk_score_;
  std::optional<int32_t> unk_id_;
  bool byte_fallback_;
  ByteTokens byte_tokens_;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_UNIGRAM_H_
