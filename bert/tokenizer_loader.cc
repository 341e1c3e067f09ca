#include "bert/tokenizer_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "base/json.h"
#include "bert/model_config.h"
#include "text/tokenizer_json.h"
#include "text/tokenizer_settings.h"

namespace octet::bert {
namespace {

struct TokenizerClass {
  std::string_view name;
  bool token_types;  // whether it gives token types, unless "model_input_names" says otherwise
};

// The classes of `transformers` that are BERT's tokenizer under another name. Each also exists with
// the suffix "Fast".
constexpr TokenizerClass kBertTokenizers[] = {
    {"BertTokenizer", true},       {"DistilBertTokenizer", false}, {"ElectraTokenizer", true},
    {"MobileBertTokenizer", true}, {"SqueezeBertTokenizer", true}, {"ConvBertTokenizer", true},
    {"LayoutLMTokenizer", true},   {"LxmertTokenizer", true},
};

// Returns null for any other class.
const TokenizerClass* FindClass(std::string_view name) {
  if (name.ends_with("Fast")) name.remove_suffix(4);
  const auto* found = std::ranges::find(kBertTokenizers, name, &TokenizerClass::name);
  return found == std::end(kBertTokenizers) ? nullptr : found;
}

// Sets all options but the added tokens from the settings, which must name the special tokens.
void MakeBert(const text::TokenizerSettings& settings, text::TokenizerOptions& options) {
  options.normalizer = text::BertNormalizer(
      {.tokenize_chinese_chars = settings.tokenize_chinese_chars.value_or(true),
       .lowercase = settings.do_lower_case.value_or(true),
       .strip_accents = settings.strip_accents});
  options.pre_tokenizer = text::PreTokenizer();
  options.model =
      text::WordPieceOptions{.unk_token = settings.named[text::TokenizerSettings::kUnk]->content};
  options.post_processor =
      text::BertTemplate(settings.named[text::TokenizerSettings::kCls]->content,
                         settings.named[text::TokenizerSettings::kSep]->content);
}

// A setting of tokenizer_config.json overrides the same setting of tokenizer.json.
void ChangeNormalizer(const text::TokenizerSettings& settings,
                      text::BertNormalizerOptions normalizer, text::TokenizerOptions& options) {
  normalizer.lowercase = settings.do_lower_case.value_or(normalizer.lowercase);
  normalizer.tokenize_chinese_chars =
      settings.tokenize_chinese_chars.value_or(normalizer.tokenize_chinese_chars);
  if (settings.strip_accents) normalizer.strip_accents = settings.strip_accents;
  options.normalizer = text::BertNormalizer(normalizer);
}

// The parts of tokenizer.json, or those of a BERT with the vocabulary of vocab.txt, with the
// settings applied. As in `transformers` 5, a BERT class reads only vocabulary and tokens from
// tokenizer.json.
Result<text::TokenizerParts> LoadParts(const ModelFiles& files,
                                       const text::TokenizerSettings& settings) {
  const TokenizerClass* bert = FindClass(settings.tokenizer_class);
  if (files.tokenizer_json.empty()) {
    OCTET_ASSIGN_OR_RETURN(text::Vocabulary vocabulary, text::Vocabulary::Load(files.vocab));
    text::TokenizerOptions options;
    MakeBert(settings, options);
    return text::TokenizerParts{std::move(vocabulary), std::move(options), {}, {}};
  }
  OCTET_ASSIGN_OR_RETURN(const Json parsed, ReadJsonObject(files.tokenizer_json));
  OCTET_ASSIGN_OR_RETURN(text::TokenizerParts parts, text::ParseTokenizerJson(parsed));
  if (bert != nullptr) {
    if (!std::holds_alternative<text::WordPieceOptions>(parts.options.model)) {
      return Unsupported(fmt::format("tokenizer_class '{}' with a model that is not WordPiece",
                                     Printable(settings.tokenizer_class)));
    }
    MakeBert(settings, parts.options);
  } else if (settings.tokenizer_class.empty() && parts.bert_normalizer) {
    ChangeNormalizer(settings, *parts.bert_normalizer, parts.options);
  }
  return parts;
}

// Adds the tokens of all files to those of tokenizer.json.
Status AddTokens(const text::TokenizerSettings& settings, text::TokenizerParts& parts) {
  text::AddedTokenList list;
  const auto add_numbered = [&]() -> Status {
    for (const text::AddedToken& token : settings.numbered) OCTET_RETURN_IF_ERROR(list.Add(token));
    return Status();
  };
  if (settings.has_decoder) OCTET_RETURN_IF_ERROR(add_numbered());
  OCTET_RETURN_IF_ERROR(list.AddAll(parts.added_tokens));
  if (!settings.has_decoder) OCTET_RETURN_IF_ERROR(add_numbered());
  for (const auto& token : settings.named) {
    if (token) OCTET_RETURN_IF_ERROR(list.Add(*token, /*optional=*/true));
  }
  for (const text::AddedToken& token : settings.additional) OCTET_RETURN_IF_ERROR(list.Add(token));
  OCTET_ASSIGN_OR_RETURN(parts.options.added_tokens, list.Resolve(parts.vocabulary));
  return Status();
}

// The special tokens that a BERT's tokenizer has unless its settings say otherwise.
void NameSpecialTokens(text::TokenizerSettings& settings) {
  constexpr std::pair<text::TokenizerSettings::Name, const char*> kDefaults[] = {
      {text::TokenizerSettings::kUnk, "[UNK]"},
      {text::TokenizerSettings::kSep, "[SEP]"},
      {text::TokenizerSettings::kPad, "[PAD]"},
      {text::TokenizerSettings::kCls, "[CLS]"},
      {text::TokenizerSettings::kMask, "[MASK]"}};
  for (const auto& [name, content] : kDefaults) {
    std::optional<text::AddedToken>& token = settings.named[name];
    if (!token) token = text::AddedToken{.content = content, .special = true};
  }
}

Status CheckClass(const text::TokenizerSettings& settings) {
  if (settings.tokenizer_class.empty() || FindClass(settings.tokenizer_class)) return Status();
  return Unsupported(fmt::format("tokenizer_class '{}'; octet has BERT's tokenizer",
                                 Printable(settings.tokenizer_class)));
}

// Padding on the left moves the positions of a text that is shorter than its batch, and octet's
// batches do not.
Status CheckPadding(text::Side side) {
  return side == text::Side::kLeft ? Unsupported("padding on the left") : Status();
}

Result<text::Tokenizer> Load(const ModelFiles& files, const ModelConfig& config,
                             text::TokenizerSettings settings) {
  const TokenizerClass* bert = FindClass(settings.tokenizer_class);
  if (files.tokenizer_json.empty() || bert != nullptr) NameSpecialTokens(settings);
  OCTET_ASSIGN_OR_RETURN(text::TokenizerParts parts, LoadParts(files, settings));
  OCTET_RETURN_IF_ERROR(AddTokens(settings, parts));
  text::TokenizerOptions& options = parts.options;
  if (const auto& pad = settings.named[text::TokenizerSettings::kPad])
    options.pad_token = pad->content;
  if (config.pad_token_id < parts.vocabulary.size()) {
    options.pad_id = static_cast<int32_t>(config.pad_token_id);
  }
  options.match_special_tokens = settings.match_special_tokens;
  options.token_types = settings.token_types.value_or(bert == nullptr || bert->token_types) &&
                        config.type_vocab_size != 1;
  options.model_max_length = settings.model_max_length;
  options.truncation_side = settings.truncation_side.value_or(options.truncation_side);
  options.padding_side = settings.padding_side.value_or(options.padding_side);
  OCTET_RETURN_IF_ERROR(CheckPadding(options.padding_side));
  const int64_t positions = config.max_position_embeddings;
  if (positions > 0 && (options.model_max_length == 0 || positions < options.model_max_length)) {
    options.model_max_length = positions;
  }
  OCTET_ASSIGN_OR_RETURN(text::Tokenizer tokenizer,
                         text::Tokenizer::Create(std::move(parts.vocabulary), std::move(options)));
  if (config.vocab_size > 0 && tokenizer.num_ids() > config.vocab_size) {
    return InvalidModel(fmt::format("{} tokens, but config.json has vocab_size {}",
                                    tokenizer.num_ids(), config.vocab_size));
  }
  return tokenizer;
}

}  // namespace

Result<text::Tokenizer> LoadTokenizer(const ModelFiles& files) {
  if (files.tokenizer_json.empty() && files.vocab.empty()) {
    return NotFound("neither vocab.txt nor tokenizer.json is beside the model").InFile(files.model);
  }
  OCTET_ASSIGN_OR_RETURN(const ModelConfig config, LoadModelConfig(files));
  OCTET_ASSIGN_OR_RETURN(const text::TokenizerSettings settings,
                         text::LoadTokenizerSettings(
                             {files.tokenizer_config, files.special_tokens, files.added_tokens}));
  if (settings.padding_side) {
    Status status = CheckPadding(*settings.padding_side);
    if (!status.ok()) return std::move(status).InFile(files.tokenizer_config);
  }
  // tokenizer.json describes the tokenizer more exactly than the name of a class.
  if (files.tokenizer_json.empty()) {
    Status status = CheckClass(settings);
    if (!status.ok()) return std::move(status).InFile(files.tokenizer_config);
  }
  Result<text::Tokenizer> tokenizer = Load(files, config, settings);
  if (!tokenizer.ok()) {
    return tokenizer.status().InFile(files.tokenizer_json.empty() ? files.vocab
                                                                  : files.tokenizer_json);
  }
  return tokenizer;
}

}  // namespace octet::bert
