// A byte trie over the words of a vocabulary: finds the longest word that starts a text in one
// walk.
#ifndef OCTET_TEXT_TOKEN_TRIE_H_
#define OCTET_TEXT_TOKEN_TRIE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace octet::text {

// Edges live in one open-addressing hash table keyed by (node, byte), at most half full, so a step
// costs about one cache line. Immutable after the last Insert, then thread-safe.
class TokenTrie {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kNone = UINT32_MAX;
  static constexpr int32_t kNoToken = -1;

  TokenTrie();

  // Makes `word` stand for `id`. A word inserted twice keeps the later id, as in the reference.
  void Insert(std::string_view word, int32_t id);

  // The node that one byte, or several, lead to from `node`; kNone if no word continues so.
  Node Step(Node node, unsigned char byte) const;
  Node Walk(Node node, std::string_view bytes) const;

  // The id of the word that ends at `node`, or kNoToken.
  int32_t TokenAt(Node node) const { return ids_[node]; }

 private:
  struct Edge {
    uint64_t key;  // 0 = empty
    Node child;
  };

  size_t FindSlot(uint64_t key) const;
  void Grow();

  std::vector<int32_t> ids_;  // by node
  std::vector<Edge> edges_;   // size is a power of two
  uint64_t multiplier_;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_TOKEN_TRIE_H_
