#include "text/token_trie.h"

#include <utility>

#include "base/hash_seed.h"

namespace octet::text {
namespace {

constexpr size_t kFirstCapacity = 1024;

// Never 0, which marks an empty slot.
uint64_t EdgeKey(TokenTrie::Node node, unsigned char byte) {
  return (static_cast<uint64_t>(node) << 8 | byte) + 1;
}

}  // namespace

TokenTrie::TokenTrie() : ids_{kNoToken}, edges_(kFirstCapacity), seed_(HashSeed()) {}

// If the hash were known, somebody could write a vocabulary whose edges all collide, which would
// take quadratic time.
size_t TokenTrie::FindSlot(uint64_t key) const {
  const size_t mask = edges_.size() - 1;
  size_t slot = static_cast<size_t>(MixBits(key ^ seed_) >> 32) & mask;
  while (edges_[slot].key != 0 && edges_[slot].key != key) slot = (slot + 1) & mask;
  return slot;
}

void TokenTrie::Grow() {
  std::vector<Edge> old(edges_.size() * 2);
  std::swap(old, edges_);
  for (const Edge& edge : old) {
    if (edge.key != 0) edges_[FindSlot(edge.key)] = edge;
  }
}

void TokenTrie::Insert(std::string_view word, int32_t id) {
  Node node = kRoot;
  for (const char c : word) {
    const uint64_t key = EdgeKey(node, static_cast<unsigned char>(c));
    size_t slot = FindSlot(key);
    if (edges_[slot].key == 0) {
      // One edge leads to each node but the root, so ids_ counts the edges.
      if (2 * ids_.size() > edges_.size()) {
        Grow();
        slot = FindSlot(key);
      }
      edges_[slot] = {key, static_cast<Node>(ids_.size())};
      ids_.push_back(kNoToken);
    }
    node = edges_[slot].child;
  }
  ids_[node] = id;
}

TokenTrie::Node TokenTrie::Step(Node node, unsigned char byte) const {
  const uint64_t key = EdgeKey(node, byte);
  const Edge& edge = edges_[FindSlot(key)];
  return edge.key == key ? edge.child : kNone;
}

TokenTrie::Node TokenTrie::Walk(Node node, std::string_view bytes) const {
  for (const char c : bytes) {
    node = Step(node, static_cast<unsigned char>(c));
    if (node == kNone) break;
  }
  return node;
}

}  // namespace octet::text
