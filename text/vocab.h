// The vocabulary of a model: which token has which id.
#ifndef OCTET_TEXT_VOCAB_H_
#define OCTET_TEXT_VOCAB_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace octet::text {

// Immutable, thread-safe.
class Vocabulary {
 public:
  // Far above any published vocabulary (the largest have about 500,000 tokens), but small enough
  // for the memory of any machine.
  static constexpr int64_t kMaxTokens = 1 << 22;
  static constexpr uint64_t kMaxFileBytes = uint64_t{64} << 20;

  // Reads the text of a vocab.txt. Line n, counted from 0, holds the token of id n. So blank and
  // repeated lines have ids, too; a repeated token is found at its last id. Lines end with LF or
  // CR LF; the last one need not. A byte-order mark and ASCII white space at the end of a line are
  // dropped.
  // Errors: empty or not UTF-8: CorruptFile; too many lines: ResourceLimit.
  static Result<Vocabulary> Parse(std::string_view text);

  // Parses a file. Errors: also NotFound; Io for a directory or a file that cannot be read;
  // ResourceLimit for a file above kMaxFileBytes.
  static Result<Vocabulary> Load(const std::string& path);

  // Makes a vocabulary of tokens[id]; "" stands for an unused id. A repeated token is found at its
  // last id. Errors: as Parse's for an empty or too long list.
  static Result<Vocabulary> FromTokens(std::vector<std::string> tokens);

  // The same for the pieces of a Unigram model. The reference counts each of them, also repeated
  // ones, before it gives an added token an id.
  static Result<Vocabulary> FromPieces(std::vector<std::string> pieces);

  int64_t size() const { return static_cast<int64_t>(tokens_.size()); }

  // The id that the reference gives the next added token: the number of distinct tokens, unless
  // FromPieces says otherwise. Below size() if ids are unused or tokens repeated. Blank lines of a
  // vocab.txt count as one token.
  int64_t next_added_id() const { return next_added_id_; }

  // The token of an id in [0, size).
  const std::string& Token(int32_t id) const { return tokens_[static_cast<size_t>(id)]; }

  std::optional<int32_t> Find(std::string_view token) const;

  // The tokens by id.
  const std::vector<std::string>& tokens() const { return tokens_; }

 private:
  Vocabulary() = default;

  // The slot of slots_ with this token, or the empty one where it would stand.
  size_t FindSlot(std::string_view token) const;

  std::vector<std::string> tokens_;
  std::vector<int32_t> slots_;  // a hash table of ids, -1 if empty; its size is a power of two
  int64_t next_added_id_ = 0;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_VOCAB_H_
