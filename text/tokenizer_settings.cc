#include "text/tokenizer_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <utility>

#include "base/json.h"
#include "text/added_token_list.h"

namespace octet::text {
namespace {

// The names of TokenizerSettings::Name, in its order.
constexpr const char* kNames[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                  "pad_token", "cls_token", "mask_token"};
static_assert(std::size(kNames) == TokenizerSettings::kNumNames);

Status ReadFlag(const Json& config, const char* key, std::optional<bool>& value) {
  if (!FindMember(config, key)) return Status();
  return ReadMember(config, key, value.emplace());
}

// Python writes 1e30 for an unknown length, so the number need not be an integer.
Status ReadMaxLength(const Json& config, int64_t& max_length) {
  constexpr double kUnlimited = 1e9;
  if (!FindMember(config, "model_max_length")) return Status();
  double length = 0;
  OCTET_RETURN_IF_ERROR(ReadMember(config, "model_max_length", length));
  if (length < 1) return InvalidModel("'model_max_length' is not positive");
  if (length < kUnlimited) max_length = static_cast<int64_t>(length);
  return Status();
}

Status ReadTokenTypes(const Json& config, std::optional<bool>& token_types) {
  const Json* inputs = FindMember(config, "model_input_names");
  if (!inputs) return Status();
  if (!inputs->AsList()) return InvalidModel("'model_input_names' is not a list");
  token_types = std::ranges::any_of(*inputs->AsList(), [](const Json& input) {
    const std::string* name = input.AsString();
    return name && *name == "token_type_ids";
  });
  return Status();
}

// "left" or "right".
Status ReadSide(const Json& config, const char* key, std::optional<Side>& side) {
  if (!FindMember(config, key)) return Status();
  std::string name;
  OCTET_RETURN_IF_ERROR(ReadMember(config, key, name));
  if (name != "left" && name != "right") {
    return InvalidModel(fmt::format("{} '{}'", key, Printable(name)));
  }
  side = name == "left" ? Side::kLeft : Side::kRight;
  return Status();
}

void SortById(std::vector<AddedToken>& tokens) {
  std::ranges::stable_sort(tokens, {}, &AddedToken::id);
}

// {"101": {"content": "[CLS]", "normalized": false, ...}}
Status ReadDecoder(const Json& config, TokenizerSettings& settings) {
  const Json* decoder = FindMember(config, "added_tokens_decoder");
  if (!decoder) return Status();
  if (!decoder->AsObject()) return InvalidModel("'added_tokens_decoder' is not an object");
  settings.has_decoder = true;
  for (const auto& [key, entry] : *decoder->AsObject()) {
    OCTET_ASSIGN_OR_RETURN(AddedToken token, ParseAddedToken(entry, /*special=*/false));
    int64_t id = -1;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (error != std::errc() || end != key.data() + key.size()) id = -1;
    OCTET_ASSIGN_OR_RETURN(token.id, ParseTokenId(Json(id), token.content));
    settings.numbered.push_back(std::move(token));
  }
  SortById(settings.numbered);
  return Status();
}

// Reads special tokens by name. A token that another file gave this name is replaced.
Status ReadNamed(const Json& file, TokenizerSettings& settings) {
  for (size_t i = 0; i < TokenizerSettings::kNumNames; ++i) {
    const Json* entry = FindMember(file, kNames[i]);
    if (!entry) continue;
    Result<AddedToken> token = ParseAddedToken(*entry, /*special=*/true);
    if (!token.ok()) return InvalidModel(fmt::format("'{}' is not a token", kNames[i]));
    settings.named[i] = *std::move(token);
  }
  return Status();
}

// Reads ["[E1]", "[E2]"] or, in newer files, {"image_token": "<image>"}.
Status ReadAdditional(const Json& file, const char* key, TokenizerSettings& settings) {
  const Json* list = FindMember(file, key);
  if (!list) return Status();
  const auto add = [&](const Json& entry) -> Status {
    OCTET_ASSIGN_OR_RETURN(AddedToken token, ParseAddedToken(entry, /*special=*/true));
    settings.additional.push_back(std::move(token));
    return Status();
  };
  if (const Json::List* entries = list->AsList()) {
    for (const Json& entry : *entries) OCTET_RETURN_IF_ERROR(add(entry));
    return Status();
  }
  if (const Json::Object* members = list->AsObject()) {
    for (const Json::Member& member : *members) OCTET_RETURN_IF_ERROR(add(member.value));
    return Status();
  }
  return InvalidModel(fmt::format("'{}' is not a list", key));
}

Status ReadConfig(const Json& config, TokenizerSettings& settings) {
  OCTET_RETURN_IF_ERROR(ReadMember(config, "tokenizer_class", settings.tokenizer_class));
  OCTET_RETURN_IF_ERROR(ReadFlag(config, "do_lower_case", settings.do_lower_case));
  OCTET_RETURN_IF_ERROR(ReadFlag(config, "strip_accents", settings.strip_accents));
  OCTET_RETURN_IF_ERROR(
      ReadFlag(config, "tokenize_chinese_chars", settings.tokenize_chinese_chars));
  bool split_special_tokens = false;
  OCTET_RETURN_IF_ERROR(ReadMember(config, "split_special_tokens", split_special_tokens));
  settings.match_special_tokens = !split_special_tokens;
  OCTET_RETURN_IF_ERROR(ReadTokenTypes(config, settings.token_types));
  OCTET_RETURN_IF_ERROR(ReadSide(config, "truncation_side", settings.truncation_side));
  OCTET_RETURN_IF_ERROR(ReadSide(config, "padding_side", settings.padding_side));
  OCTET_RETURN_IF_ERROR(ReadMaxLength(config, settings.model_max_length));
  OCTET_RETURN_IF_ERROR(ReadDecoder(config, settings));
  OCTET_RETURN_IF_ERROR(ReadNamed(config, settings));
  OCTET_RETURN_IF_ERROR(ReadAdditional(config, "additional_special_tokens", settings));
  return ReadAdditional(config, "extra_special_tokens", settings);
}

// Its names replace those of tokenizer_config.json.
Status ReadSpecialTokensMap(const Json& map, TokenizerSettings& settings) {
  OCTET_RETURN_IF_ERROR(ReadNamed(map, settings));
  return ReadAdditional(map, "additional_special_tokens", settings);
}

// {"[E1]": 30522}
Status ReadAddedTokens(const Json& file, TokenizerSettings& settings) {
  std::set<std::string> special;
  for (const auto& token : settings.named) {
    if (token) special.insert(token->content);
  }
  for (const AddedToken& token : settings.additional) special.insert(token.content);
  for (const auto& [content, id] : *file.AsObject()) {
    OCTET_ASSIGN_OR_RETURN(AddedToken token,
                           ParseAddedToken(Json(content), special.contains(content)));
    OCTET_ASSIGN_OR_RETURN(token.id, ParseTokenId(id, content));
    settings.numbered.push_back(std::move(token));
  }
  SortById(settings.numbered);
  return Status();
}

// Reads a file, if there is one, into the settings.
Status ReadFileInto(const std::string& path, Status (*read)(const Json&, TokenizerSettings&),
                    TokenizerSettings& settings) {
  if (path.empty()) return Status();
  OCTET_ASSIGN_OR_RETURN(const Json parsed, ReadJsonObject(path));
  Status status = read(parsed, settings);
  return status.ok() ? status : std::move(status).InFile(path);
}

}  // namespace

Result<TokenizerSettings> LoadTokenizerSettings(const TokenizerSettingsFiles& files) {
  TokenizerSettings settings;
  OCTET_RETURN_IF_ERROR(ReadFileInto(files.tokenizer_config, ReadConfig, settings));
  if (settings.has_decoder) return settings;
  OCTET_RETURN_IF_ERROR(ReadFileInto(files.special_tokens_map, ReadSpecialTokensMap, settings));
  OCTET_RETURN_IF_ERROR(ReadFileInto(files.added_tokens, ReadAddedTokens, settings));
  return settings;
}

}  // namespace octet::text
