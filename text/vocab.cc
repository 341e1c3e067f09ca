#include "text/vocab.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "base/file.h"
#include "base/hash_seed.h"
#include "text/unicode.h"

namespace octet::text {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view WithoutTrailingSpace(std::string_view line) {
  const size_t last = line.find_last_not_of(" \t\r\v\f");
  return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

uint64_t Hash(std::string_view text) { return MixBytes(HashSeed() ^ text.size(), text); }

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
  if (has_blank) ++vocabulary.next_added_id_;
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
  vocabulary.slots_.assign(std::bit_ceil(2 * vocabulary.tokens_.size()), -1);
  for (size_t id = 0; id < vocabulary.tokens_.size(); ++id) {
    const std::string& token = vocabulary.tokens_[id];
    if (token.empty()) continue;
    int32_t& slot = vocabulary.slots_[vocabulary.FindSlot(token)];
    if (slot < 0) ++vocabulary.next_added_id_;
    slot = static_cast<int32_t>(id);
  }
  return vocabulary;
}

Result<Vocabulary> Vocabulary::FromPieces(std::vector<std::string> pieces) {
  OCTET_ASSIGN_OR_RETURN(Vocabulary vocabulary, FromTokens(std::move(pieces)));
  vocabulary.next_added_id_ = vocabulary.size();
  return vocabulary;
}

size_t Vocabulary::FindSlot(std::string_view token) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = static_cast<size_t>(Hash(token) >> 32) & mask;
  while (slots_[slot] >= 0 && Token(slots_[slot]) != token) slot = (slot + 1) & mask;
  return slot;
}

std::optional<int32_t> Vocabulary::Find(std::string_view token) const {
  const int32_t id = slots_[FindSlot(token)];
  return id < 0 ? std::nullopt : std::optional(id);
}

}  // namespace octet::text
