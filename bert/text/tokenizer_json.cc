#include "bert/text/tokenizer_json.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace octet::bert {
namespace {

const Json& MemberOrNull(const Json& object, const char* key) {
  static const Json null;
  const Json* member = FindMember(object, key);
  return member ? *member : null;
}

// The "type" of a part, "" if the part is missing.
std::string TypeOf(const Json& part) {
  const Json& type = MemberOrNull(part, "type");
  return type.is_string() ? type.get<std::string>() : "";
}

Status RequireType(const Json& tokenizer, const char* key, std::string_view expected) {
  const std::string type = TypeOf(MemberOrNull(tokenizer, key));
  if (type == expected) return Status();
  return Unsupported(fmt::format("{} '{}'; octet tokenizes like BERT, which has '{}'", key,
                                 Printable(type), expected));
}

Result<int64_t> ParseId(const Json& value, std::string_view token) {
  if (value.is_number_integer()) {
    const auto id = value.get<int64_t>();
    if (id >= 0 && id < Vocabulary::kMaxTokens) return id;
  }
  return InvalidModel(fmt::format("the id of token '{}' is not an integer from 0 to {}",
                                  Printable(token), Vocabulary::kMaxTokens - 1));
}

// Puts a token at its id, which must be free or hold the same token.
Status PlaceToken(std::vector<std::string>& tokens, int64_t id, const std::string& token) {
  if (static_cast<int64_t>(tokens.size()) <= id) tokens.resize(static_cast<size_t>(id) + 1);
  std::string& place = tokens[static_cast<size_t>(id)];
  if (!place.empty() && place != token) {
    return InvalidModel(
        fmt::format("id {} stands for both '{}' and '{}'", id, Printable(place), Printable(token)));
  }
  place = token;
  return Status();
}

Status ReadModel(const Json& model, std::vector<std::string>& tokens, TokenizerOptions& options) {
  // Files of 2020 have no "type"; only WordPiece has a limit on the characters of a word.
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
  const Json& vocabulary = MemberOrNull(model, "vocab");
  if (!vocabulary.is_object()) return InvalidModel("the tokenizer model has no 'vocab'");
  for (const auto& [token, value] : vocabulary.items()) {
    OCTET_ASSIGN_OR_RETURN(const int64_t id, ParseId(value, token));
    OCTET_RETURN_IF_ERROR(PlaceToken(tokens, id, token));
  }
  return Status();
}

Status ReadNormalizer(const Json& tokenizer, NormalizerOptions& options) {
  OCTET_RETURN_IF_ERROR(RequireType(tokenizer, "normalizer", "BertNormalizer"));
  const Json& normalizer = MemberOrNull(tokenizer, "normalizer");
  OCTET_RETURN_IF_ERROR(ReadMember(normalizer, "clean_text", options.clean_text));
  OCTET_RETURN_IF_ERROR(
      ReadMember(normalizer, "handle_chinese_chars", options.tokenize_chinese_chars));
  OCTET_RETURN_IF_ERROR(ReadMember(normalizer, "lowercase", options.lowercase));
  options.strip_accents.reset();
  if (FindMember(normalizer, "strip_accents")) {
    OCTET_RETURN_IF_ERROR(ReadMember(normalizer, "strip_accents", options.strip_accents.emplace()));
  }
  return Status();
}

// One template as text: "[CLS]:0 A:0 [SEP]:0" for pieces with their type ids.
std::string TemplateText(const Json& pieces) {
  std::string text;
  if (!pieces.is_array()) return text;
  for (const Json& piece : pieces) {
    const Json* part = FindMember(piece, "SpecialToken");
    if (!part) part = FindMember(piece, "Sequence");
    if (!part) return "";
    const Json& id = MemberOrNull(*part, "id");
    const Json& type = MemberOrNull(*part, "type_id");
    if (!id.is_string() || !type.is_number_integer()) return "";
    text +=
        fmt::format("{}{}:{}", text.empty() ? "" : " ", id.get<std::string>(), type.get<int64_t>());
  }
  return text;
}

// The names of [CLS] and [SEP], from either of the two forms in which BERT's template is written.
Status ReadTemplate(const Json& tokenizer, TokenizerOptions& options) {
  const Json& processor = MemberOrNull(tokenizer, "post_processor");
  const std::string type = TypeOf(processor);
  if (type == "BertProcessing") {
    const auto read_name = [&](const char* key, std::string& name) {  // ["[SEP]", 102]
      const Json& pair = MemberOrNull(processor, key);
      if (pair.is_array() && !pair.empty() && pair[0].is_string())
        name = pair[0].get<std::string>();
    };
    read_name("cls", options.cls_token);
    read_name("sep", options.sep_token);
    return Status();
  }
  if (type != "TemplateProcessing") {
    return Unsupported(
        fmt::format("post_processor '{}'; octet has BERT's template", Printable(type)));
  }
  const Json& single = MemberOrNull(processor, "single");
  if (single.is_array() && single.size() == 3) {
    OCTET_RETURN_IF_ERROR(
        ReadMember(MemberOrNull(single[0], "SpecialToken"), "id", options.cls_token));
    OCTET_RETURN_IF_ERROR(
        ReadMember(MemberOrNull(single[2], "SpecialToken"), "id", options.sep_token));
  }
  const std::string& cls = options.cls_token;
  const std::string& sep = options.sep_token;
  const std::string single_text = TemplateText(single);
  const std::string pair_text = TemplateText(MemberOrNull(processor, "pair"));
  if (single_text != fmt::format("{}:0 A:0 {}:0", cls, sep) ||
      pair_text != fmt::format("{}:0 A:0 {}:0 B:1 {}:1", cls, sep, sep)) {
    return Unsupported(
        fmt::format("post_processor templates '{}' and '{}' are not BERT's [CLS] A [SEP] B [SEP]",
                    Printable(single_text), Printable(pair_text)));
  }
  return Status();
}

// The template gives the ids of its special tokens itself: they must be those of the vocabulary.
Status CheckTemplateIds(const Json& tokenizer, const TokenizerOptions& options,
                        const std::vector<std::string>& tokens) {
  const Json& processor = MemberOrNull(tokenizer, "post_processor");
  const auto check = [&](const std::string& name, const Json& id) {
    OCTET_ASSIGN_OR_RETURN(const int64_t place, ParseId(id, name));
    if (place < static_cast<int64_t>(tokens.size()) && tokens[static_cast<size_t>(place)] == name) {
      return Status();
    }
    return InvalidModel(fmt::format("post_processor: id {} of '{}' is not the vocabulary's", place,
                                    Printable(name)));
  };
  const std::pair<const char*, std::string> names[] = {{"cls", options.cls_token},
                                                       {"sep", options.sep_token}};
  for (const auto& [key, name] : names) {
    const Json& pair = MemberOrNull(processor, key);  // of BertProcessing
    if (pair.is_array() && pair.size() > 1) OCTET_RETURN_IF_ERROR(check(name, pair[1]));
    const Json& special = MemberOrNull(MemberOrNull(processor, "special_tokens"), name.c_str());
    const Json& ids = MemberOrNull(special, "ids");
    if (ids.is_null()) continue;
    if (!ids.is_array() || ids.size() != 1) {
      return Unsupported(fmt::format("post_processor: '{}' is not one id", Printable(name)));
    }
    OCTET_RETURN_IF_ERROR(check(name, ids[0]));
  }
  return Status();
}

Status ReadAddedTokens(const Json& tokenizer, std::vector<std::string>& tokens,
                       TokenizerOptions& options) {
  std::vector<AddedToken>& added = options.added_tokens.emplace();
  const Json& list = MemberOrNull(tokenizer, "added_tokens");
  if (list.is_null()) return Status();
  if (!list.is_array()) return InvalidModel("'added_tokens' is not a list");
  for (const Json& entry : list) {
    AddedToken token;
    OCTET_RETURN_IF_ERROR(ReadMember(entry, "content", token.text));
    if (token.text.empty()) return InvalidModel("an added token has no 'content'");
    for (const char* flag : {"single_word", "lstrip", "rstrip", "normalized"}) {
      bool set = false;
      OCTET_RETURN_IF_ERROR(ReadMember(entry, flag, set));
      if (set) {
        return Unsupported(fmt::format("added token '{}' with '{}'", Printable(token.text), flag));
      }
    }
    OCTET_ASSIGN_OR_RETURN(const int64_t id, ParseId(MemberOrNull(entry, "id"), token.text));
    OCTET_RETURN_IF_ERROR(PlaceToken(tokens, id, token.text));
    token.id = static_cast<int32_t>(id);
    added.push_back(std::move(token));
  }
  return Status();
}

Status RejectLeft(const Json& tokenizer, const char* key) {
  const Json& direction = MemberOrNull(MemberOrNull(tokenizer, key), "direction");
  if (direction == "Left") return Unsupported(fmt::format("{} on the left", key));
  return Status();
}

}  // namespace

Result<TokenizerParts> ParseTokenizerJson(const Json& tokenizer, TokenizerOptions options) {
  std::vector<std::string> tokens;
  OCTET_RETURN_IF_ERROR(ReadModel(MemberOrNull(tokenizer, "model"), tokens, options));
  OCTET_RETURN_IF_ERROR(ReadNormalizer(tokenizer, options.normalizer));
  OCTET_RETURN_IF_ERROR(RequireType(tokenizer, "pre_tokenizer", "BertPreTokenizer"));
  OCTET_RETURN_IF_ERROR(ReadTemplate(tokenizer, options));
  OCTET_RETURN_IF_ERROR(ReadAddedTokens(tokenizer, tokens, options));
  OCTET_RETURN_IF_ERROR(CheckTemplateIds(tokenizer, options, tokens));
  OCTET_RETURN_IF_ERROR(RejectLeft(tokenizer, "truncation"));
  OCTET_RETURN_IF_ERROR(RejectLeft(tokenizer, "padding"));
  OCTET_ASSIGN_OR_RETURN(Vocabulary vocabulary, Vocabulary::FromTokens(std::move(tokens)));
  return TokenizerParts{std::move(vocabulary), std::move(options)};
}

}  // namespace octet::bert
