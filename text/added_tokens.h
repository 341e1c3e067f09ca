// Tokens that stand beside a model's vocabulary: each is found in a text by its own spelling alone,
// before the model sees the rest.
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
#include "text/token_trie.h"

namespace octet::text {

// The flags are those of Hugging Face's tokenizers.
struct AddedToken {
  std::string content;
  int32_t id = -1;          // -1 while it is unknown
  bool special = false;     // not matched by a tokenizer that takes special tokens as text
  bool normalized = false;  // found, itself normalized, in the normalized text; else in the raw one
  bool single_word = false;  // not next to a word character (\w)
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // takes the white space behind it
};

// Immutable, thread-safe.
class AddedTokens {
 public:
  // Far above any published token. Longer ones would make the time for a text quadratic.
  static constexpr size_t kMaxBytes = 1024;

  // Characters [begin, end) of a text.
  struct Match {
    size_t begin;
    size_t end;
    const AddedToken* token;
  };

  AddedTokens() = default;

  // `match_special` false: special tokens are not found. Errors: InvalidModel for a token without
  // content or id, or with nothing left after `normalizer`; ResourceLimit above kMaxBytes.
  static Result<AddedTokens> Create(std::vector<AddedToken> tokens, const Normalizer& normalizer,
                                    bool match_special);

  // The tokens of a raw text, or those of a normalized one, in their order: of those that begin
  // at one place the longest, and none inside another. White space that a token takes is part of
  // its match, so that matches may overlap where tokens begin with white space. Linear in the text
  // times the longest token.
  std::vector<Match> FindInRaw(std::span<const NormalizedChar> text) const {
    return Find(raw_, text);
  }
  std::vector<Match> FindInNormalized(std::span<const NormalizedChar> text) const {
    return Find(normalized_, text);
  }

  // The id of a token by its content; -1 for none.
  int32_t Find(const std::string& content) const;
  // The largest id; -1 without tokens.
  int32_t max_id() const;

 private:
  // A set of contents. The trie's ids are indices of tokens_.
  struct Patterns {
    bool empty = true;
    TokenTrie trie;
    std::array<bool, 128> starts = {};  // by ASCII character
    bool starts_beyond_ascii = false;

    void Add(std::string_view content, int32_t index);
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
