#include "text/piece_trie.h"

#include <algorithm>
#include <cstddef>

namespace octet::text {

PieceTrie::PieceTrie(const std::vector<std::string>& pieces) {
  std::vector<uint32_t> sorted;  // indices; of equal pieces only the last
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].empty()) sorted.push_back(static_cast<uint32_t>(i));
  }
  std::ranges::sort(sorted, [&](uint32_t a, uint32_t b) {
    const int order = pieces[a].compare(pieces[b]);
    return order != 0 ? order < 0 : a > b;
  });
  const auto is_same = [&](uint32_t a, uint32_t b) { return pieces[a] == pieces[b]; };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), is_same), sorted.end());

  // The pieces below each node of one level are a range of `sorted`.
  struct Range {
    uint32_t begin;
    uint32_t end;
  };
  std::vector<Range> level = {{0, static_cast<uint32_t>(sorted.size())}};
  std::vector<Range> next_level;
  labels_.push_back(0);  // the root has no label
  for (size_t depth = 0; !level.empty(); ++depth) {
    next_level.clear();
    for (auto [at, end] : level) {
      int32_t id = kNoPiece;
      if (at < end && pieces[sorted[at]].size() == depth) id = static_cast<int32_t>(sorted[at++]);
      nodes_.push_back({static_cast<uint32_t>(labels_.size()), id});
      while (at < end) {
        const char byte = pieces[sorted[at]][depth];
        const uint32_t begin = at;
        while (at < end && pieces[sorted[at]][depth] == byte) ++at;
        labels_.push_back(static_cast<unsigned char>(byte));
        next_level.push_back({begin, at});
      }
    }
    std::swap(level, next_level);
  }
  nodes_.push_back({static_cast<uint32_t>(labels_.size()), kNoPiece});
}

PieceTrie::Node PieceTrie::Walk(Node node, std::string_view bytes) const {
  for (const char c : bytes) {
    node = Step(node, static_cast<unsigned char>(c));
    if (node == kNone) break;
  }
  return node;
}

}  // namespace octet::text
