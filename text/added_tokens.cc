#include "text/added_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/unicode.h"

namespace octet::text {
namespace {

Status Check(const AddedToken& token) {
  if (token.content.empty()) return InvalidModel("an added token has no 'content'");
  if (token.id < 0) {
    return InvalidModel(fmt::format("added token '{}' has no id", Printable(token.content)));
  }
  if (token.content.size() > AddedTokens::kMaxBytes) {
    return ResourceLimit(fmt::format("added token '{}' has {} bytes, limit {}",
                                     Printable(token.content), token.content.size(),
                                     AddedTokens::kMaxBytes));
  }
  return Status();
}

struct Longest {
  int32_t pattern = PieceTrie::kNoPiece;
  size_t end = 0;
};

// The longest piece of the trie that starts at `at`.
Longest LongestAt(const PieceTrie& trie, std::span<const NormalizedChar> text, size_t at) {
  Longest longest;
  PieceTrie::Node node = PieceTrie::kRoot;
  for (size_t i = at; i < text.size(); ++i) {
    node = trie.StepCodePoint(node, text[i].code_point);
    if (node == PieceTrie::kNone) break;
    if (trie.PieceAt(node) != PieceTrie::kNoPiece) longest = {trie.PieceAt(node), i + 1};
  }
  return longest;
}

bool IsInsideWord(std::span<const NormalizedChar> text, size_t begin, size_t end) {
  return (begin > 0 && IsWord(text[begin - 1].code_point)) ||
         (end < text.size() && IsWord(text[end].code_point));
}

}  // namespace

AddedTokens::Patterns::Patterns(const std::vector<std::string>& texts,
                                std::vector<int32_t> of_texts)
    : tokens(std::move(of_texts)), trie(texts) {
  for (const std::string& text : texts) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < starts.size()) {
      starts[first] = true;
    } else {
      starts_beyond_ascii = true;
    }
  }
}

Result<AddedTokens> AddedTokens::Create(std::vector<AddedToken> tokens,
                                        const Normalizer& normalizer, bool match_special) {
  AddedTokens added;
  added.match_special_ = match_special;
  added.tokens_ = std::move(tokens);
  struct List {
    std::vector<std::string> texts;
    std::vector<int32_t> tokens;
  };
  List raw;
  List normalized;
  for (const bool special : {true, false}) {
    for (size_t i = 0; i < added.tokens_.size(); ++i) {
      const AddedToken& token = added.tokens_[i];
      if (token.special != special) continue;
      OCTET_RETURN_IF_ERROR(Check(token));
      std::string pattern = token.content;
      if (token.normalized) {
        NormalizedText text = DecodeText(token.content);
        OCTET_RETURN_IF_ERROR(Normalize(normalizer, text));
        pattern = ToUtf8(text);
      }
      if (pattern.empty()) {
        return InvalidModel(
            fmt::format("added token '{}' has no character left after normalization",
                        Printable(token.content)));
      }
      List& list = token.normalized ? normalized : raw;
      list.texts.push_back(std::move(pattern));
      list.tokens.push_back(static_cast<int32_t>(i));
      added.ids_.emplace(token.content, token.id);
    }
  }
  // If two tokens have the same pattern, the first one is found, as in the reference.
  for (List* list : {&raw, &normalized}) {
    std::ranges::reverse(list->texts);
    std::ranges::reverse(list->tokens);
  }
  added.raw_ = Patterns(raw.texts, std::move(raw.tokens));
  added.normalized_ = Patterns(normalized.texts, std::move(normalized.tokens));
  return added;
}

std::vector<AddedTokens::Match> AddedTokens::Find(const Patterns& patterns,
                                                  std::span<const NormalizedChar> text) const {
  std::vector<Match> matches;
  if (patterns.tokens.empty()) return matches;
  size_t last_end = 0;        // of the last match
  size_t whitespace_end = 0;  // of the white space behind the last match with rstrip
  for (size_t at = 0; at < text.size();) {
    const char32_t first = text[at].code_point;
    const bool may_start =
        first < patterns.starts.size() ? patterns.starts[first] : patterns.starts_beyond_ascii;
    const Longest longest = may_start ? LongestAt(patterns.trie, text, at) : Longest();
    if (longest.pattern == PieceTrie::kNoPiece) {
      ++at;
      continue;
    }
    const int32_t index = patterns.tokens[static_cast<size_t>(longest.pattern)];
    const AddedToken& token = tokens_[static_cast<size_t>(index)];
    size_t begin = at;
    size_t end = longest.end;
    at = longest.end;  // even if the match does not count or includes white space behind it
    if (token.special && !match_special_) continue;
    if (token.single_word && IsInsideWord(text, begin, end)) continue;
    if (token.lstrip) {
      while (begin > last_end && IsWhitespace(text[begin - 1].code_point)) --begin;
      begin = std::max(begin, last_end);
    }
    if (token.rstrip) {
      end = std::max(end, whitespace_end);  // up to there, all is white space
      while (end < text.size() && IsWhitespace(text[end].code_point)) ++end;
      whitespace_end = end;
    }
    if (begin >= end) continue;
    matches.push_back({begin, end, &token});
    last_end = end;
  }
  return matches;
}

int32_t AddedTokens::Find(const std::string& content) const {
  const auto found = ids_.find(content);
  return found == ids_.end() ? -1 : found->second;
}

int32_t AddedTokens::max_id() const {
  int32_t largest = -1;
  for (const AddedToken& token : tokens_) largest = std::max(largest, token.id);
  return largest;
}

}  // namespace octet::text
