#include "text/vocab.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "text/unicode.h"

namespace octet::text {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view WithoutTrailingSpace(std::string_view line) {
  const size_t last = line.find_last_not_of(" \t\r\v\f");
  return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

}  // namespace

Result<Vocabulary> Vocabulary::Parse(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> tokens;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = WithoutTrailingSpace(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto number = static_cast<int64_t>(tokens.size()) + 1;
    if (number > kMaxTokens) {
      return ResourceLimit(fmt::format("more than {} tokens", kMaxTokens)).AtLine(number);
    }
    if (!IsValidUtf8(line)) return CorruptFile("vocabulary is not UTF-8").AtLine(number);
    tokens.emplace_back(line);
  }
  const bool has_blank = std::ranges::find(tokens, "") != tokens.end();
  OCTET_ASSIGN_OR_RETURN(Vocabulary vocabulary, FromTokens(std::move(tokens)));
  if (has_blank) ++vocabulary.num_distinct_;
  return vocabulary;
}

Result<Vocabulary> Vocabulary::Load(const std::string& path) {
  OCTET_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxFileBytes));
  Result<Vocabulary> vocabulary = Parse(text);
  if (!vocabulary.ok()) return vocabulary.status().InFile(path);
  return vocabulary;
}

Result<Vocabulary> Vocabulary::FromTokens(std::vector<std::string> tokens) {
  if (tokens.empty()) return CorruptFile("vocabulary is empty");
  if (static_cast<int64_t>(tokens.size()) > kMaxTokens) {
    return ResourceLimit(fmt::format("more than {} tokens", kMaxTokens));
  }
  Vocabulary vocabulary;
  vocabulary.tokens_ = std::move(tokens);
  for (size_t id = 0; id < vocabulary.tokens_.size(); ++id) {
    const std::string& token = vocabulary.tokens_[id];
    if (token.empty()) continue;
    if (!vocabulary.Find(token)) ++vocabulary.num_distinct_;
    vocabulary.trie_.Insert(token, static_cast<int32_t>(id));
  }
  return vocabulary;
}

std::optional<int32_t> Vocabulary::Find(std::string_view token) const {
  const TokenTrie::Node node = trie_.Walk(TokenTrie::kRoot, token);
  if (node == TokenTrie::kNone || trie_.TokenAt(node) == TokenTrie::kNoToken) return std::nullopt;
  return trie_.TokenAt(node);
}

}  // namespace octet::text
