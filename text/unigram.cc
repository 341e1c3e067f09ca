#include "text/unigram.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

namespace octet::text {
namespace {

// Most words have fewer characters, so that they do not need memory of their own.
constexpr size_t kUsualChars = 64;
// How much worse than the worst piece an unknown character is.
constexpr double kUnknownPenalty = 10;

}  // namespace

Unigram::Unigram(Vocabulary vocabulary, UnigramOptions options)
    : Model(std::move(vocabulary)),
      trie_(this->vocabulary().tokens()),
      scores_(std::move(options.scores)),
      unk_id_(options.unk_id),
      byte_fallback_(options.byte_fallback),
      byte_tokens_(this->vocabulary()) {
  double smallest = std::numeric_limits<double>::infinity();
  for (const double score : scores_) smallest = std::min(smallest, score);
  unk_score_ = smallest - kUnknownPenalty;
}

Result<std::unique_ptr<const Model>> Unigram::Create(Vocabulary vocabulary,
                                                     UnigramOptions options) {
  for (const std::string& piece : vocabulary.tokens()) {
    if (piece.size() <= kMaxPieceBytes) continue;
    return ResourceLimit(fmt::format("token '{}' has {} bytes, limit {}", Printable(piece),
                                     piece.size(), kMaxPieceBytes));
  }
  return std::unique_ptr<const Model>(new Unigram(std::move(vocabulary), std::move(options)));
}

bool Unigram::FindBest(std::span<const NormalizedChar> word, Best* best) const {
  std::fill_n(best, word.size() + 1, Best{0, kNowhere, Token::kUnknown});
  for (size_t start = 0; start < word.size(); ++start) {
    const double score = best[start].score;
    // Of equally good ways the first one stays, which has the longest last piece.
    const auto is_better = [&](double piece_score, const Best& end) {
      return end.start == kNowhere || score + piece_score > end.score;
    };
    bool has_single = false;  // a piece that is this one character
    PieceTrie::Node node = PieceTrie::kRoot;
    for (size_t i = start; i < word.size(); ++i) {
      node = trie_.StepCodePoint(node, word[i].code_point);
      if (node == PieceTrie::kNone) break;
      const int32_t id = trie_.PieceAt(node);
      if (id == PieceTrie::kNoPiece) continue;
      has_single |= i == start;
      const double piece_score = scores_[static_cast<size_t>(id)];
      Best& end = best[i + 1];
      if (is_better(piece_score, end)) {
        end = {score + piece_score, static_cast<uint32_t>(start), id};
      }
    }
    if (has_single) continue;
    Best& end = best[start + 1];
    if (!is_better(unk_score_, end)) continue;
    if (!unk_id_) return false;
    end = {score + unk_score_, static_cast<uint32_t>(start), *unk_id_};
  }
  return true;
}

void Unigram::AppendUnknown(std::span<const NormalizedChar> word, size_t begin, size_t end,
                            std::vector<Token>* tokens) const {
  const std::span<const NormalizedChar> part = word.subspan(begin, end - begin);
  const TokenOffsets offsets = OffsetsOf(part);
  const std::string text = ToUtf8(part);
  // The vocabulary may have all of them as one piece, whose score is too low.
  if (const std::optional<int32_t> id = vocabulary().Find(text)) {
    tokens->push_back({*id, offsets});
  } else if (byte_fallback_ && byte_tokens_.HasAll(text)) {
    for (size_t i = text.size(); i > 0; --i) {
      tokens->push_back({byte_tokens_.Find(text[i - 1]), offsets});
    }
  } else {
    tokens->push_back({*unk_id_, offsets});
  }
}

void Unigram::Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const {
  std::array<Best, kUsualChars + 1> usual;
  std::vector<Best> many;
  Best* best = usual.data();
  if (word.size() > kUsualChars) {
    many.resize(word.size() + 1);
    best = many.data();
  }
  if (!FindBest(word, best)) {
    tokens->push_back({Token::kUnknown, {}});
    return;
  }
  const auto before = static_cast<std::ptrdiff_t>(tokens->size());
  for (size_t end = word.size(); end > 0;) {
    size_t begin = best[end].start;
    const int32_t id = best[end].id;
    if (id == unk_id_) {
      while (begin > 0 && best[begin].id == unk_id_) begin = best[begin].start;
      AppendUnknown(word, begin, end, tokens);
    } else {
      tokens->push_back({id, OffsetsOf(word.subspan(begin, end - begin))});
    }
    end = begin;
  }
  std::reverse(tokens->begin() + before, tokens->end());
}

}  // namespace octet::text
