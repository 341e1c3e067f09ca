// A trie of the pieces of a vocabulary: which pieces start at a place of a text.
#ifndef OCTET_TEXT_PIECE_TRIE_H_
#define OCTET_TEXT_PIECE_TRIE_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "text/unicode.h"

namespace octet::text {

// Immutable, thread-safe. The children of a node stand next to one another, by their bytes in
// ascending order, so that a step reads two or three places of memory and never more than 256
// labels, whatever the pieces are.
class PieceTrie {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kNone = UINT32_MAX;
  static constexpr int32_t kNoPiece = -1;

  // The pieces with their indices in the list as ids, but for empty ones. A piece that is repeated
  // has its last index. Takes O(n log n) for n bytes.
  explicit PieceTrie(const std::vector<std::string>& pieces);

  // The node that one byte, a code point or several bytes lead to from `node`; kNone if no piece
  // continues so.
  Node Step(Node node, unsigned char byte) const {
    const uint32_t first = nodes_[node].first_child;
    const uint32_t count = nodes_[node + 1].first_child - first;
    const unsigned char* labels = labels_.data() + first;
    if (count <= kFewChildren) {
      for (uint32_t i = 0; i < count; ++i) {
        if (labels[i] == byte) return first + i;
      }
      return kNone;
    }
    const void* found = std::memchr(labels, byte, count);
    if (found == nullptr) return kNone;
    return first + static_cast<uint32_t>(static_cast<const unsigned char*>(found) - labels);
  }
  Node StepCodePoint(Node node, char32_t c) const {
    if (c < 0x80) return Step(node, static_cast<unsigned char>(c));
    char utf8[4];
    return Walk(node, {utf8, EncodeUtf8(c, utf8)});
  }
  Node Walk(Node node, std::string_view bytes) const;

  // The id of the piece that ends at `node`, or kNoPiece.
  int32_t PieceAt(Node node) const { return nodes_[node].id; }

 private:
  static constexpr uint32_t kFewChildren = 4;

  struct NodeData {
    uint32_t first_child;  // the children end where those of the next node start
    int32_t id;
  };

  std::vector<NodeData> nodes_;        // breadth first, and one more for the end of the last
  std::vector<unsigned char> labels_;  // by node: the byte that leads to it
};

}  // namespace octet::text

#endif  // OCTET_TEXT_PIECE_TRIE_H_
