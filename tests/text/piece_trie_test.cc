#include "text/piece_trie.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace octet::text {
namespace {

int32_t Find(const PieceTrie& trie, std::string_view text) {
  const PieceTrie::Node node = trie.Walk(PieceTrie::kRoot, text);
  return node == PieceTrie::kNone ? -2 : trie.PieceAt(node);
}

TEST_CASE("every piece is found, and nothing else") {
  const PieceTrie trie({"ab", "", "abc", "b", "ab", "\xFF", "\u00E9"});
  CHECK(Find(trie, "ab") == 4);  // the last one
  CHECK(Find(trie, "abc") == 2);
  CHECK(Find(trie, "b") == 3);
  CHECK(Find(trie, "\xFF") == 5);
  CHECK(trie.PieceAt(trie.StepCodePoint(PieceTrie::kRoot, 0xE9)) == 6);
  CHECK(Find(trie, "a") == PieceTrie::kNoPiece);
  CHECK(Find(trie, "") == PieceTrie::kNoPiece);
  CHECK(Find(trie, "abcd") == -2);
  CHECK(Find(trie, "c") == -2);
}

TEST_CASE("nodes with many children") {
  std::vector<std::string> pieces;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < first; ++second) {
      pieces.push_back({static_cast<char>(first), static_cast<char>(second)});
    }
  }
  const PieceTrie trie(pieces);
  for (size_t i = 0; i < pieces.size(); ++i) CHECK(Find(trie, pieces[i]) == static_cast<int>(i));
  CHECK(Find(trie, std::string("\x05\x05")) == -2);
}

TEST_CASE("without pieces") {
  const PieceTrie trie({});
  CHECK(Find(trie, "") == PieceTrie::kNoPiece);
  CHECK(Find(trie, "a") == -2);
}

}  // namespace
}  // namespace octet::text
