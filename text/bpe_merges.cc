#include "text/bpe_merges.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

namespace octet::text {

Result<BpeMerges> BpeMerges::Create(const Vocabulary& vocabulary, const List& merges,
                                    size_t prefix_bytes) {
  const auto find = [&](const std::string& token) -> Result<int32_t> {
    if (const std::optional<int32_t> id = vocabulary.Find(token)) return *id;
    return InvalidModel(fmt::format("'merges': the vocabulary has no '{}'", Printable(token)));
  };
  BpeMerges result(merges.size());
  uint32_t rank = 0;
  for (const auto& [first, second] : merges) {
    if (second.size() <= prefix_bytes) {
      return InvalidModel(
          fmt::format("'merges': '{}' adds nothing to '{}'", Printable(second), Printable(first)));
    }
    OCTET_ASSIGN_OR_RETURN(const int32_t a, find(first));
    OCTET_ASSIGN_OR_RETURN(const int32_t b, find(second));
    OCTET_ASSIGN_OR_RETURN(const int32_t merged, find(first + second.substr(prefix_bytes)));
    result.merges_.Set(Key(a, b), {rank++, merged});
  }
  return result;
}

size_t BpeMerges::Apply(std::span<BpeSymbol> symbols) const {
  if (symbols.size() < 2) return symbols.size();
  return symbols.size() <= kShort ? ApplyToShort(symbols) : ApplyToLong(symbols);
}

size_t BpeMerges::ApplyToShort(std::span<BpeSymbol> symbols) const {
  size_t size = symbols.size();
  std::array<Merge, kShort> with_next;  // the last one stays without a merge
  for (size_t i = 0; i + 1 < size; ++i) with_next[i] = Find(symbols[i], symbols[i + 1]);
  while (true) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < size; ++i) {
      if (with_next[i].rank < with_next[best].rank) best = i;
    }
    if (with_next[best].rank == kNoRank) return size;
    symbols[best] = {with_next[best].id, symbols[best].bytes + symbols[best + 1].bytes};
    --size;
    for (size_t i = best + 1; i < size; ++i) {
      symbols[i] = symbols[i + 1];
      with_next[i] = with_next[i + 1];
    }
    with_next[best] = best + 1 < size ? Find(symbols[best], symbols[best + 1]) : Merge();
    if (best > 0) with_next[best - 1] = Find(symbols[best - 1], symbols[best]);
  }
}

// A heap holds the place of each merge behind its rank. Entries whose symbols have changed since
// are dropped when they come up: a rank stands for one pair only, and each symbol has its place.
size_t BpeMerges::ApplyToLong(std::span<BpeSymbol> symbols) const {
  constexpr uint32_t kEnd = UINT32_MAX;
  struct Links {
    uint32_t previous;
    uint32_t next;
  };
  const auto count = static_cast<uint32_t>(symbols.size());
  std::vector<Links> links(count);
  std::vector<uint64_t> heap;
  const auto push = [&](uint32_t at, uint32_t next) {
    const Merge merge = Find(symbols[at], symbols[next]);
    if (merge.rank != kNoRank) heap.push_back(uint64_t{merge.rank} << 32 | at);
    return merge.rank != kNoRank;
  };
  for (uint32_t i = 0; i < count; ++i) {
    links[i] = {i == 0 ? kEnd : i - 1, i + 1 == count ? kEnd : i + 1};
    if (i + 1 < count) push(i, i + 1);
  }
  std::ranges::make_heap(heap, std::greater());
  while (!heap.empty()) {
    std::ranges::pop_heap(heap, std::greater());
    const uint64_t top = heap.back();
    heap.pop_back();
    const auto at = static_cast<uint32_t>(top);
    const uint32_t next = links[at].next;
    if (symbols[at].bytes == 0 || next == kEnd) continue;  // bytes 0: merged into another
    const Merge merge = Find(symbols[at], symbols[next]);
    if (merge.rank != top >> 32) continue;
    symbols[at] = {merge.id, symbols[at].bytes + symbols[next].bytes};
    symbols[next].bytes = 0;
    const uint32_t after = links[next].next;
    links[at].next = after;
    if (after != kEnd) {
      links[after].previous = at;
      if (push(at, after)) std::ranges::push_heap(heap, std::greater());
    }
    const uint32_t before = links[at].previous;
    if (before != kEnd && push(before, at)) std::ranges::push_heap(heap, std::greater());
  }
  const auto end = std::remove_if(symbols.begin(), symbols.end(),
                                  [](const BpeSymbol& symbol) { return symbol.bytes == 0; });
  return static_cast<size_t>(end - symbols.begin());
}

}  // namespace octet::text
