#include "text/added_token_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace octet::text {
namespace {

std::string Quoted(const AddedToken& token) { return "'" + Printable(token.content) + "'"; }

}  // namespace

Result<AddedToken> ParseAddedToken(const Json& entry, bool special) {
  AddedToken token;
  token.special = special;
  if (const std::string* content = entry.AsString()) {
    token.content = *content;
  } else {
    OCTET_RETURN_IF_ERROR(ReadMember(entry, "content", token.content));
    if (!special) OCTET_RETURN_IF_ERROR(ReadMember(entry, "special", token.special));
  }
  token.normalized = !token.special;
  OCTET_RETURN_IF_ERROR(ReadMember(entry, "normalized", token.normalized));
  OCTET_RETURN_IF_ERROR(ReadMember(entry, "single_word", token.single_word));
  OCTET_RETURN_IF_ERROR(ReadMember(entry, "lstrip", token.lstrip));
  OCTET_RETURN_IF_ERROR(ReadMember(entry, "rstrip", token.rstrip));
  if (token.content.empty()) return InvalidModel("an added token has no 'content'");
  return token;
}

Result<int32_t> ParseTokenId(const Json& value, std::string_view token) {
  const std::optional<int64_t> id = value.AsInteger();
  if (id && *id >= 0 && *id < Vocabulary::kMaxTokens) return static_cast<int32_t>(*id);
  return InvalidModel(fmt::format("the id of token '{}' is not an integer from 0 to {}",
                                  Printable(token), Vocabulary::kMaxTokens - 1));
}

Status AddedTokenList::Add(AddedToken token, bool optional) {
  const auto [place, inserted] = index_of_.emplace(token.content, entries_.size());
  if (inserted) {
    entries_.push_back({std::move(token), optional});
    return Status();
  }
  Entry& entry = entries_[place->second];
  entry.optional = entry.optional && optional;
  if (entry.token.id < 0) entry.token.id = token.id;
  if (token.id < 0 || token.id == entry.token.id) return Status();
  return InvalidModel(
      fmt::format("added token {} has the ids {} and {}", Quoted(token), entry.token.id, token.id));
}

Status AddedTokenList::AddAll(const AddedTokenList& other) {
  for (const Entry& entry : other.entries_) {
    OCTET_RETURN_IF_ERROR(Add(entry.token, entry.optional));
  }
  return Status();
}

Result<std::vector<AddedToken>> AddedTokenList::Resolve(const Vocabulary& vocabulary) const {
  std::vector<AddedToken> known;
  std::vector<Entry> added;
  for (const Entry& entry : entries_) {
    const std::optional<int32_t> id = vocabulary.Find(entry.token.content);
    if (!id) {
      added.push_back(entry);
      continue;
    }
    if (entry.token.id >= 0 && entry.token.id != *id) {
      return InvalidModel(fmt::format("added token {} has id {}, but the vocabulary has it at {}",
                                      Quoted(entry.token), entry.token.id, *id));
    }
    known.push_back(entry.token);
    known.back().id = *id;
  }
  // First the tokens with an id, ascending, then the others in their order.
  const auto order = [](const Entry& e) { return e.token.id < 0 ? INT32_MAX : e.token.id; };
  std::ranges::stable_sort(added, {}, order);
  while (!added.empty() && added.back().optional && added.back().token.id < 0) added.pop_back();
  int64_t next = vocabulary.next_added_id();
  for (const Entry& entry : added) {
    const AddedToken& token = entry.token;
    if (token.id >= 0 && token.id < vocabulary.size() && !vocabulary.Token(token.id).empty()) {
      return InvalidModel(fmt::format("id {} stands for both '{}' and {}", token.id,
                                      Printable(vocabulary.Token(token.id)), Quoted(token)));
    }
    if ((token.id >= 0 && token.id != next) || next >= Vocabulary::kMaxTokens) {
      return InvalidModel(fmt::format("added token {} has id {}, but the next free id is {}",
                                      Quoted(token), token.id, next));
    }
    known.push_back(token);
    known.back().id = static_cast<int32_t>(next++);
  }
  return known;
}

}  // namespace octet::text
