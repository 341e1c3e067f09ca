// What tokenizer_config.json, special_tokens_map.json and added_tokens.json say about a tokenizer,
// beside a tokenizer.json or a vocab.txt.
#ifndef OCTET_TEXT_TOKENIZER_SETTINGS_H_
#define OCTET_TEXT_TOKENIZER_SETTINGS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "text/added_tokens.h"

namespace octet::text {

// An empty optional is what no file says.
struct TokenizerSettings {
  // Special tokens with a name, in the order in which the reference adds those that are new.
  enum Name : uint8_t { kBos, kEos, kUnk, kSep, kPad, kCls, kMask, kNumNames };

  std::string tokenizer_class;  // "BertTokenizer"; "" if unknown
  std::optional<bool> do_lower_case;
  std::optional<bool> strip_accents;
  std::optional<bool> tokenize_chinese_chars;
  std::optional<bool> token_types;   // whether "model_input_names" lists token_type_ids
  bool match_special_tokens = true;  // not "split_special_tokens"
  int64_t model_max_length = 0;      // 0 = unknown

  // Tokens with ids, ascending: those of "added_tokens_decoder", which count before those of a
  // tokenizer.json, or else those of added_tokens.json, which count behind them.
  std::vector<AddedToken> numbered;
  bool has_decoder = false;
  // Special tokens without ids: those with a name ("cls_token") and the additional ones.
  std::array<std::optional<AddedToken>, kNumNames> named;
  std::vector<AddedToken> additional;
};

// Paths, "" for a file that is not there.
struct TokenizerSettingsFiles {
  std::string tokenizer_config;
  std::string special_tokens_map;
  std::string added_tokens;
};

// As `transformers` reads them: special_tokens_map.json and added_tokens.json count only without
// an added_tokens_decoder, and then the former before tokenizer_config.json.
// Errors, with the path: those of ReadJsonObject; InvalidModel for wrong types; Unsupported for
// truncation or padding on the left.
Result<TokenizerSettings> LoadTokenizerSettings(const TokenizerSettingsFiles& files);

}  // namespace octet::text

#endif  // OCTET_TEXT_TOKENIZER_SETTINGS_H_
