// Tokens that are searched for in a text by their spelling, before the model tokenizes the rest.
#ifndef OCTET_TEXT_ADDED_TOKENS_H_
#define OCTET_TEXT_ADDED_TOKENS_H_

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "text/normalizer.h"
#include "text/piece_trie.h"

namespace octet::text {

// The flags are those of Hugging Face's tokenizers.
struct AddedToken {
  std::string content;
  int32_t id = -1;           // -1 while it is unknown
  bool special = false;      // not matched by a tokenizer that takes special tokens as text
  bool normalized = false;   // searched for in normalized text, itself normalized; else in raw text
  bool single_word = false;  // not next to a word character (\w)
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // takes the white space behind it
};

// Immutable, thread-safe.
class AddedTokens {
 public:
  // Far above any published token. The time for a text grows with the longest token.
  static constexpr size_t kMaxBytes = 512;

  // Characters [begin, end) of a text.
  struct Match {
    size_t begin;
    size_t end;
    const AddedToken* token;
  };

  AddedTokens() = default;

  // If `match_special` is false, special tokens are not found. Errors: InvalidModel for a token
  // without content or id, or that `normalizer` makes empty; ResourceLimit above kMaxBytes; those
  // of Normalize.
  static Result<AddedTokens> Create(std::vector<AddedToken> tokens, const Normalizer& normalizer,
                                    bool match_special);

  // The tokens in a raw or in a normalized text, in order. If several begin at one place, the
  // longest is found; none is found inside another. White space that a token takes is part of its
  // match, so that matches may overlap where tokens begin with white space. Takes time in
  // proportion to the length of the text times that of the longest token.
  std::vector<Match> FindInRaw(std::span<const NormalizedChar> text) const {
    return Find(raw_, text);
  }
  std::vector<Match> FindInNormalized(std::span<const NormalizedChar> text) const {
    return Find(normalized_, text);
  }

  // The id of the token with this content; -1 if there is none.
  int32_t Find(const std::string& content) const;
  // The largest id; -1 without tokens.
  int32_t max_id() const;

 private:
  // Texts to find, and the token that each stands for, as an index of tokens_. If two have the same
  // text, the last one is found.
  struct Patterns {
    Patterns() : Patterns({}, {}) {}
    Patterns(const std::vector<std::string>& texts, std::vector<int32_t> of_texts);

    std::vector<int32_t> tokens;  // by the ids of the trie
    PieceTrie trie;
    std::array<bool, 128> starts = {};  // by ASCII character
    bool starts_beyond_ascii = false;
  };

  std::vector<Match> Find(const Patterns& patterns, std::span<const NormalizedChar> text) const;

  std::vector<AddedToken> tokens_;
  std::map<std::string, int32_t> ids_;  // by content
  Patterns raw_;
  Patterns normalized_;
  bool match_special_ = true;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_ADDED_TOKENS_H_
