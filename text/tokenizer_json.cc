#include "text/tokenizer_json.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "text/tokenizer_json_model.h"
#include "text/tokenizer_json_parts.h"

namespace octet::text {
namespace {

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

// The "direction" of truncation or padding.
Status ReadSide(const Json& part, Side* side) {
  std::string direction = "Right";
  OCTET_RETURN_IF_ERROR(ReadMember(part, "direction", direction));
  if (direction != "Left" && direction != "Right") {
    return InvalidModel(fmt::format("direction '{}'", Printable(direction)));
  }
  *side = direction == "Left" ? Side::kLeft : Side::kRight;
  return Status();
}

}  // namespace

Result<TokenizerParts> ParseTokenizerJson(const Json& tokenizer) {
  OCTET_ASSIGN_OR_RETURN(ModelParts model, ReadModel(MemberOrNull(tokenizer, "model")));
  PartsReader reader;
  reader.options.model = std::move(model.options);
  OCTET_RETURN_IF_ERROR(reader.ReadNormalizer(MemberOrNull(tokenizer, "normalizer")));
  OCTET_RETURN_IF_ERROR(reader.ReadPreTokenizer(MemberOrNull(tokenizer, "pre_tokenizer")));
  OCTET_RETURN_IF_ERROR(reader.ReadPostProcessor(MemberOrNull(tokenizer, "post_processor")));
  AddedTokenList added;
  OCTET_RETURN_IF_ERROR(ReadAddedTokens(MemberOrNull(tokenizer, "added_tokens"), added));
  OCTET_RETURN_IF_ERROR(
      ReadSide(MemberOrNull(tokenizer, "truncation"), &reader.options.truncation_side));
  const Json& padding = MemberOrNull(tokenizer, "padding");
  OCTET_RETURN_IF_ERROR(ReadSide(padding, &reader.options.padding_side));
  OCTET_RETURN_IF_ERROR(ReadMember(padding, "pad_token", reader.options.pad_token));
  return TokenizerParts{std::move(model.vocabulary), std::move(reader.options), std::move(added),
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
