#include "text/wordpiece.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "text/unicode.h"

namespace octet::text {

namespace {

// Counts the code points of valid UTF-8.
int64_t CountChars(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

Status CheckLimits(const Vocabulary& vocabulary, const WordPieceOptions& options) {
  if (options.max_word_chars > WordPiece::kMaxWordChars) {
    return ResourceLimit(fmt::format("'max_input_chars_per_word' is {}, limit {}",
                                     options.max_word_chars, WordPiece::kMaxWordChars));
  }
  if (options.max_word_chars <= WordPiece::kMaxPieceChars) return Status();
  for (int32_t id = 0; id < vocabulary.size(); ++id) {
    const int64_t chars = CountChars(vocabulary.Token(id));
    if (chars <= WordPiece::kMaxPieceChars) continue;
    return ResourceLimit(fmt::format(
        "token '{}' has {} characters, limit {} with 'max_input_chars_per_word' {}",
        Printable(vocabulary.Token(id)), chars, WordPiece::kMaxPieceChars, options.max_word_chars));
  }
  return Status();
}

}  // namespace

WordPiece::WordPiece(Vocabulary vocabulary, WordPieceOptions options)
    : vocabulary_(std::move(vocabulary)),
      options_(std::move(options)),
      continuation_(vocabulary_.trie().Walk(TokenTrie::kRoot, options_.continuation_prefix)) {}

Result<WordPiece> WordPiece::Create(Vocabulary vocabulary, WordPieceOptions options) {
  const std::optional<int32_t> unk_id = vocabulary.Find(options.unk_token);
  if (!unk_id) {
    return InvalidModel(fmt::format("the vocabulary has no {}", Printable(options.unk_token)));
  }
  OCTET_RETURN_IF_ERROR(CheckLimits(vocabulary, options));
  WordPiece model(std::move(vocabulary), std::move(options));
  model.unk_id_ = *unk_id;
  return model;
}

void WordPiece::Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const {
  const TokenTrie& trie = vocabulary_.trie();
  const size_t before = tokens->size();
  bool covered = static_cast<int64_t>(word.size()) <= options_.max_word_chars;
  for (size_t start = 0; covered && start < word.size();) {
    TokenTrie::Node node = start == 0 ? TokenTrie::kRoot : continuation_;
    size_t piece_end = start;
    int32_t id = TokenTrie::kNoToken;
    for (size_t i = start; i < word.size() && node != TokenTrie::kNone; ++i) {
      char utf8[4];
      node = trie.Walk(node, {utf8, EncodeUtf8(word[i].code_point, utf8)});
      if (node != TokenTrie::kNone && trie.TokenAt(node) != TokenTrie::kNoToken) {
        id = trie.TokenAt(node);
        piece_end = i + 1;
      }
    }
    covered = id != TokenTrie::kNoToken;
    if (covered) tokens->push_back({id, OffsetsOf(word.subspan(start, piece_end - start))});
    start = piece_end;
  }
  if (!covered) {
    tokens->resize(before);
    tokens->push_back({unk_id_, OffsetsOf(word)});
  }
}

}  // namespace octet::text
