#include "text/tokenizer_json.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "text/tokenizer_json_parts.h"

namespace octet::text {
namespace {

// An unused id takes 32 bytes of memory, and a file of a few bytes can have any number of them.
// Published vocabularies have at most some thousands.
constexpr int64_t kMaxUnusedIds = 1 << 20;

// Puts a token at its id, which must be free.
Status PlaceToken(std::vector<std::string>& tokens, int32_t id, const std::string& token) {
  const auto index = static_cast<size_t>(id);
  if (tokens.size() <= index) tokens.resize(index + 1);
  std::string& place = tokens[index];
  if (!place.empty()) {
    return InvalidModel(
        fmt::format("id {} stands for both '{}' and '{}'", id, Printable(place), Printable(token)));
  }
  place = token;
  return Status();
}

Status ReadModel(const Json& model, std::vector<std::string>& tokens, WordPieceOptions& options) {
  // Files of 2020 do not have a "type". Only WordPiece limits the characters of a word.
  const std::string type = TypeOf(model);
  const bool untyped_wordpiece = type.empty() && FindMember(model, "max_input_chars_per_word");
  if (type != "WordPiece" && !untyped_wordpiece) {
    return Unsupported(fmt::format("tokenizer model '{}'; octet has WordPiece", Printable(type)));
  }
  OCTET_RETURN_IF_ERROR(ReadMember(model, "unk_token", options.unk_token));
  OCTET_RETURN_IF_ERROR(
      ReadMember(model, "continuing_subword_prefix", options.continuation_prefix));
  OCTET_RETURN_IF_ERROR(ReadMember(model, "max_input_chars_per_word", options.max_word_chars));
  if (options.max_word_chars < 1) {
    return InvalidModel(
        fmt::format("'max_input_chars_per_word' is {}, below 1", options.max_word_chars));
  }
  const Json::Object* vocabulary = MemberOrNull(model, "vocab").AsObject();
  if (!vocabulary) return InvalidModel("the tokenizer model has no 'vocab'");
  for (const auto& [token, value] : *vocabulary) {
    OCTET_ASSIGN_OR_RETURN(const int32_t id, ParseTokenId(value, token));
    if (id >= static_cast<int64_t>(vocabulary->size()) + kMaxUnusedIds) {
      return ResourceLimit(fmt::format("token '{}' has id {}, which leaves more than {} ids unused",
                                       Printable(token), id, kMaxUnusedIds));
    }
    OCTET_RETURN_IF_ERROR(PlaceToken(tokens, id, token));
  }
  return Status();
}

Status ReadAddedTokens(const Json& list, AddedTokenList& added) {
  if (list.is_null()) return Status();
  if (!list.AsList()) return InvalidModel("'added_tokens' is not a list");
  for (const Json& entry : *list.AsList()) {
    OCTET_ASSIGN_OR_RETURN(AddedToken token, ParseAddedToken(entry, /*special=*/false));
    OCTET_ASSIGN_OR_RETURN(token.id, ParseTokenId(MemberOrNull(entry, "id"), token.content));
    OCTET_RETURN_IF_ERROR(added.Add(std::move(token)));
  }
  return Status();
}

Status RejectLeft(const Json& tokenizer, const char* key) {
  const std::string* direction = MemberOrNull(MemberOrNull(tokenizer, key), "direction").AsString();
  if (direction && *direction == "Left") return Unsupported(fmt::format("{} on the left", key));
  return Status();
}

}  // namespace

Result<TokenizerParts> ParseTokenizerJson(const Json& tokenizer) {
  std::vector<std::string> tokens;
  PartsReader reader;
  OCTET_RETURN_IF_ERROR(ReadModel(MemberOrNull(tokenizer, "model"), tokens, reader.options.model));
  OCTET_RETURN_IF_ERROR(reader.ReadNormalizer(MemberOrNull(tokenizer, "normalizer")));
  OCTET_RETURN_IF_ERROR(reader.ReadPreTokenizer(MemberOrNull(tokenizer, "pre_tokenizer")));
  OCTET_RETURN_IF_ERROR(reader.ReadPostProcessor(MemberOrNull(tokenizer, "post_processor")));
  AddedTokenList added;
  OCTET_RETURN_IF_ERROR(ReadAddedTokens(MemberOrNull(tokenizer, "added_tokens"), added));
  OCTET_RETURN_IF_ERROR(RejectLeft(tokenizer, "truncation"));
  OCTET_RETURN_IF_ERROR(RejectLeft(tokenizer, "padding"));
  OCTET_RETURN_IF_ERROR(
      ReadMember(MemberOrNull(tokenizer, "padding"), "pad_token", reader.options.pad_token));
  OCTET_ASSIGN_OR_RETURN(Vocabulary vocabulary, Vocabulary::FromTokens(std::move(tokens)));
  return TokenizerParts{std::move(vocabulary), std::move(reader.options), std::move(added),
                        reader.bert_normalizer};
}

Result<Tokenizer> LoadTokenizerJson(const std::string& path) {
  OCTET_ASSIGN_OR_RETURN(const Json parsed, ReadJsonObject(path));
  const auto load = [&]() -> Result<Tokenizer> {
    OCTET_ASSIGN_OR_RETURN(TokenizerParts parts, ParseTokenizerJson(parsed));
    OCTET_ASSIGN_OR_RETURN(parts.options.added_tokens,
                           parts.added_tokens.Resolve(parts.vocabulary));
    return Tokenizer::Create(std::move(parts.vocabulary), std::move(parts.options));
  };
  Result<Tokenizer> tokenizer = load();
  if (!tokenizer.ok()) return tokenizer.status().InFile(path);
  return tokenizer;
}

}  // namespace octet::text
