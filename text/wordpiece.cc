#include "text/wordpiece.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

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

WordPiece::WordPiece(Vocabulary vocabulary, const WordPieceOptions& options, int32_t unk_id)
    : Model(std::move(vocabulary)),
      trie_(this->vocabulary().tokens()),
      continuation_(trie_.Walk(PieceTrie::kRoot, options.continuation_prefix)),
      max_word_chars_(options.max_word_chars),
      unk_id_(unk_id) {}

Result<std::unique_ptr<const Model>> WordPiece::Create(Vocabulary vocabulary,
                                                       WordPieceOptions options) {
  const std::optional<int32_t> unk_id = vocabulary.Find(options.unk_token);
  if (!unk_id) {
    return InvalidModel(fmt::format("the vocabulary has no {}", Printable(options.unk_token)));
  }
  OCTET_RETURN_IF_ERROR(CheckLimits(vocabulary, options));
  return std::unique_ptr<const Model>(new WordPiece(std::move(vocabulary), options, *unk_id));
}

void WordPiece::Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const {
  const size_t before = tokens->size();
  bool covered = static_cast<int64_t>(word.size()) <= max_word_chars_;
  for (size_t start = 0; covered && start < word.size();) {
    PieceTrie::Node node = start == 0 ? PieceTrie::kRoot : continuation_;
    size_t piece_end = start;
    int32_t id = PieceTrie::kNoPiece;
    for (size_t i = start; i < word.size() && node != PieceTrie::kNone; ++i) {
      node = trie_.StepCodePoint(node, word[i].code_point);
      if (node != PieceTrie::kNone && trie_.PieceAt(node) != PieceTrie::kNoPiece) {
        id = trie_.PieceAt(node);
        piece_end = i + 1;
      }
    }
    covered = id != PieceTrie::kNoPiece;
    if (covered) tokens->push_back({id, OffsetsOf(word.subspan(start, piece_end - start))});
    start = piece_end;
  }
  if (!covered) {
    tokens->resize(before);
    tokens->push_back({unk_id_, OffsetsOf(word)});
  }
}

}  // namespace octet::text
