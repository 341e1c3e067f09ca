// The merges of a BPE model: which neighbours become one token, and which of them first.
#ifndef OCTET_TEXT_BPE_MERGES_H_
#define OCTET_TEXT_BPE_MERGES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "text/flat_map.h"
#include "text/vocab.h"

namespace octet::text {

// A part of a word while it is merged: its token, and its length in UTF-8. The id may be
// Token::kUnknown, which does not merge.
struct BpeSymbol {
  int32_t id;
  uint32_t bytes;
};

// Immutable, thread-safe.
class BpeMerges {
 public:
  using List = std::vector<std::pair<std::string, std::string>>;

  // The merges in their order. The first `prefix_bytes` bytes of the second token are not a part of
  // the merged token. A pair that comes again has its last place. Errors: InvalidModel for a token
  // that the vocabulary does not have, and for a second token that adds nothing.
  static Result<BpeMerges> Create(const Vocabulary& vocabulary, const List& merges,
                                  size_t prefix_bytes);

  // Merges neighbours until no merge applies: each time those whose merge comes first in the list,
  // and of equal ones the leftmost. The symbols that are left stand at the front. Returns their
  // number. Takes O(n log n) for n symbols.
  size_t Apply(std::span<BpeSymbol> symbols) const;

 private:
  static constexpr uint32_t kNoRank = UINT32_MAX;
  // Up to here, scanning for the first merge is faster than a heap.
  static constexpr size_t kShort = 48;

  struct Merge {
    uint32_t rank = kNoRank;
    int32_t id = 0;  // of the merged token
  };

  explicit BpeMerges(size_t count) : merges_(count) {}

  Merge Find(const BpeSymbol& a, const BpeSymbol& b) const {
    const Merge* merge = merges_.Find(Key(a.id, b.id));
    return merge ? *merge : Merge();
  }
  static uint64_t Key(int32_t a, int32_t b) {
    return uint64_t{static_cast<uint32_t>(a)} << 32 | static_cast<uint32_t>(b);
  }
  size_t ApplyToShort(std::span<BpeSymbol> symbols) const;
  size_t ApplyToLong(std::span<BpeSymbol> symbols) const;

  FlatMap<Merge> merges_;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_BPE_MERGES_H_
