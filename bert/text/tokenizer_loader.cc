#include "bert/text/tokenizer_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "bert/text/model_config.h"
#include "bert/text/tokenizer_json.h"

namespace octet::bert {
namespace {

struct TokenizerClass {
  std::string_view name;
  bool token_types;  // gives token types unless "model_input_names" says otherwise
};

// The classes of `transformers` that are BERT's tokenizer under a model's name. Each also exists
// with "Fast" behind it.
constexpr TokenizerClass kBertTokenizers[] = {
    {"BertTokenizer", true},       {"DistilBertTokenizer", false}, {"ElectraTokenizer", true},
    {"MobileBertTokenizer", true}, {"SqueezeBertTokenizer", true}, {"ConvBertTokenizer", true},
    {"LayoutLMTokenizer", true},   {"LxmertTokenizer", true},
};

// Null for any other class.
const TokenizerClass* FindClass(std::string_view name) {
  if (name.ends_with("Fast")) name.remove_suffix(4);
  const auto* found =
      std::ranges::find(kBertTokenizers, name, [](const TokenizerClass& c) { return c.name; });
  return found == std::end(kBertTokenizers) ? nullptr : found;
}

Status CheckClass(const Json& config) {
  std::string name;
  OCTET_RETURN_IF_ERROR(ReadMember(config, "tokenizer_class", name));
  if (name.empty() || FindClass(name) != nullptr) return Status();
  return Unsupported(
      fmt::format("tokenizer_class '{}'; octet tokenizes like BERT", Printable(name)));
}

// Writes 1e30 where no length is known, so the number need not be an integer.
Status ReadMaxLength(const Json& config, int64_t& max_length) {
  constexpr double kUnlimited = 1e9;
  if (FindMember(config, "model_max_length") == nullptr) return Status();
  double length = 0;
  OCTET_RETURN_IF_ERROR(ReadMember(config, "model_max_length", length));
  if (length < 1) return InvalidModel("'model_max_length' is not positive");
  if (length < kUnlimited) max_length = static_cast<int64_t>(length);
  return Status();
}

// "model_input_names" says which inputs the tokenizer gives, else its class does. A model whose
// tokenizer gives no token types is fed zeros where its graph asks for them.
Status ReadTokenTypes(const Json& config, bool& token_types) {
  std::string name;
  OCTET_RETURN_IF_ERROR(ReadMember(config, "tokenizer_class", name));
  if (const TokenizerClass* tokenizer = FindClass(name)) token_types = tokenizer->token_types;
  const Json* inputs = FindMember(config, "model_input_names");
  if (!inputs) return Status();
  if (!inputs->is_array()) return InvalidModel("'model_input_names' is not a list");
  token_types = std::find(inputs->begin(), inputs->end(), "token_type_ids") != inputs->end();
  return Status();
}

Status RejectLeft(const Json& config, const char* key) {
  const Json* side = FindMember(config, key);
  if (side && *side == "left") return Unsupported(fmt::format("{} 'left'", key));
  return Status();
}

Status ReadTokenizerConfig(const Json& config, TokenizerOptions& options) {
  OCTET_RETURN_IF_ERROR(ReadMember(config, "do_lower_case", options.normalizer.lowercase));
  OCTET_RETURN_IF_ERROR(
      ReadMember(config, "tokenize_chinese_chars", options.normalizer.tokenize_chinese_chars));
  if (FindMember(config, "strip_accents")) {
    OCTET_RETURN_IF_ERROR(
        ReadMember(config, "strip_accents", options.normalizer.strip_accents.emplace()));
  }
  OCTET_RETURN_IF_ERROR(ReadMember(config, "unk_token", options.unk_token));
  OCTET_RETURN_IF_ERROR(ReadMember(config, "cls_token", options.cls_token));
  OCTET_RETURN_IF_ERROR(ReadMember(config, "sep_token", options.sep_token));
  OCTET_RETURN_IF_ERROR(ReadMember(config, "pad_token", options.pad_token));
  OCTET_RETURN_IF_ERROR(ReadTokenTypes(config, options.token_types));
  OCTET_RETURN_IF_ERROR(RejectLeft(config, "truncation_side"));
  OCTET_RETURN_IF_ERROR(RejectLeft(config, "padding_side"));
  return ReadMaxLength(config, options.model_max_length);
}

// Options from tokenizer_config.json and config.json.
Result<TokenizerOptions> LoadOptions(const ModelFiles& files, const ModelConfig& config) {
  TokenizerOptions options;
  if (!files.tokenizer_config.empty()) {
    OCTET_ASSIGN_OR_RETURN(const Json parsed, ReadJsonObject(files.tokenizer_config));
    Status status = ReadTokenizerConfig(parsed, options);
    // tokenizer.json says more exactly than a class name what the tokenizer is.
    if (status.ok() && files.tokenizer_json.empty()) status = CheckClass(parsed);
    if (!status.ok()) return std::move(status).InFile(files.tokenizer_config);
  }
  if (config.type_vocab_size == 1) options.token_types = false;
  const int64_t positions = config.max_position_embeddings;
  if (positions > 0 && (options.model_max_length == 0 || positions < options.model_max_length)) {
    options.model_max_length = positions;
  }
  return options;
}

Result<TokenizerParts> LoadParts(const ModelFiles& files, TokenizerOptions options) {
  if (!files.tokenizer_json.empty()) {
    OCTET_ASSIGN_OR_RETURN(const Json parsed, ReadJsonObject(files.tokenizer_json));
    return ParseTokenizerJson(parsed, std::move(options));
  }
  OCTET_ASSIGN_OR_RETURN(Vocabulary vocabulary, Vocabulary::Load(files.vocab));
  return TokenizerParts{std::move(vocabulary), std::move(options)};
}

}  // namespace

Result<WordPieceTokenizer> LoadTokenizer(const ModelFiles& files) {
  if (files.tokenizer_json.empty() && files.vocab.empty()) {
    return NotFound("vocab.txt and tokenizer.json: missing beside the model").InFile(files.model);
  }
  const std::string& source = files.tokenizer_json.empty() ? files.vocab : files.tokenizer_json;
  OCTET_ASSIGN_OR_RETURN(const ModelConfig config, LoadModelConfig(files));
  OCTET_ASSIGN_OR_RETURN(TokenizerOptions options, LoadOptions(files, config));
  Result<TokenizerParts> parts = LoadParts(files, std::move(options));
  if (!parts.ok()) return parts.status().InFile(source);
  if (config.vocab_size > 0 && parts->vocabulary.size() > config.vocab_size) {
    return InvalidModel(fmt::format("{} tokens, but config.json has vocab_size {}",
                                    parts->vocabulary.size(), config.vocab_size))
        .InFile(source);
  }
  Result<WordPieceTokenizer> tokenizer =
      WordPieceTokenizer::Create(std::move(parts->vocabulary), std::move(parts->options));
  if (!tokenizer.ok()) return tokenizer.status().InFile(source);
  return tokenizer;
}

}  // namespace octet::bert
