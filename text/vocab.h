// The WordPiece vocabulary: which token has which id.
#ifndef OCTET_TEXT_VOCAB_H_
#define OCTET_TEXT_VOCAB_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/token_trie.h"

namespace octet::text {

// Immutable, thread-safe.
class Vocabulary {
 public:
  // Far above any published vocabulary (the largest have about 500,000 tokens), far below what
  // would trouble memory.
  static constexpr int64_t kMaxTokens = 1 << 22;
  static constexpr uint64_t kMaxFileBytes = uint64_t{64} << 20;

  // Reads the text of a vocab.txt. Line n, counted from 0, holds the token of id n, so blank and
  // repeated lines keep their ids (of repeated lines the last one is found). Ends with LF or CR LF;
  // a byte-order mark and white space (ASCII) at the end of a line are dropped; the last line may
  // lack its LF.
  // Errors: empty or not UTF-8: CorruptFile; too many lines: ResourceLimit.
  static Result<Vocabulary> Parse(std::string_view text);

  // Parse of a file. Errors: also NotFound; Io for a directory or what cannot be read;
  // ResourceLimit for a file above kMaxFileBytes.
  static Result<Vocabulary> Load(const std::string& path);

  // tokens[id]; "" is an unused id. A token that is there twice is found at its last id.
  static Result<Vocabulary> FromTokens(std::vector<std::string> tokens);

  int64_t size() const { return static_cast<int64_t>(tokens_.size()); }

  // How many tokens differ: the number that the reference gives the next added token. Below size()
  // where ids are unused or a token is there twice. Blank lines of a vocab.txt are one token.
  int64_t num_distinct() const { return num_distinct_; }

  // The token of an id in [0, size).
  const std::string& Token(int32_t id) const { return tokens_[static_cast<size_t>(id)]; }

  std::optional<int32_t> Find(std::string_view token) const;

  const TokenTrie& trie() const { return trie_; }

 private:
  Vocabulary() = default;

  std::vector<std::string> tokens_;
  TokenTrie trie_;
  int64_t num_distinct_ = 0;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_VOCAB_H_
