// The BPE model (Sennrich et al., 2016): merges the characters of a word, step by step, into tokens
// of a vocabulary.
#ifndef OCTET_TEXT_BPE_H_
#define OCTET_TEXT_BPE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "text/bpe_merges.h"
#include "text/byte_tokens.h"
#include "text/flat_map.h"
#include "text/model.h"
#include "text/normalizer.h"
#include "text/vocab.h"

namespace octet::text {

struct BpeOptions {
  BpeMerges::List merges;
  // What stands for a character that is not in the vocabulary. Unset: nothing does.
  std::optional<std::string> unk_token;
  bool fuse_unk = false;  // one unk_token for unknown characters side by side
  // An unknown character becomes the tokens <0x00> to <0xFF> of its bytes, if all of them exist.
  bool byte_fallback = false;
  // In the vocabulary, a character that does not start a word begins with the prefix, and one that
  // ends a word ends with the suffix.
  std::string continuation_prefix;
  std::string end_suffix;
  bool ignore_merges = false;  // a word that is in the vocabulary is one token, without merges
};

// Immutable, thread-safe.
class Bpe : public Model {
 public:
  // Errors: those of BpeMerges::Create; Unsupported for byte_fallback with a prefix or a suffix.
  static Result<std::unique_ptr<const Model>> Create(Vocabulary vocabulary,
                                                     const BpeOptions& options);

  // Takes O(n log n) for a word of n characters.
  void Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const override;

 private:
  // The tokens of single characters, at one place of a word.
  class CharTokens {
   public:
    CharTokens(const Vocabulary& vocabulary, const std::string& prefix, const std::string& suffix);
    // Token::kUnknown if there is none.
    int32_t Find(char32_t c) const;

   private:
    std::array<int32_t, 512> common_;  // the characters of byte-level vocabularies are all below
    FlatMap<int32_t> others_;
  };

  Bpe(Vocabulary vocabulary, const BpeOptions& options, BpeMerges merges);

  // Writes the characters of a word as symbols and returns the end of them.
  BpeSymbol* Split(std::span<const NormalizedChar> word, BpeSymbol* symbols) const;

  BpeMerges merges_;
  // One for every place of a word; with a prefix or a suffix four: behind the start, the same at
  // the end, at the start, and there at the end.
  std::vector<CharTokens> char_tokens_;
  std::optional<int32_t> unk_id_;  // Token::kUnknown if the vocabulary does not have unk_token
  bool fuse_unk_;
  bool byte_fallback_;
  bool ignore_merges_;
  ByteTokens byte_tokens_;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_BPE_H_
