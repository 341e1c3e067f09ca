// What tokenizer_config.json, special_tokens_map.json and added_tokens.json add to a tokenizer.json
// or a vocab.txt.
#ifndef OCTET_TEXT_TOKENIZER_SETTINGS_H_
#define OCTET_TEXT_TOKENIZER_SETTINGS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "text/added_tokens.h"
#include "text/truncation.h"

namespace octet::text {

// An optional is empty if no file gives the setting.
struct TokenizerSettings {
  // The names of special tokens, in the order in which the reference adds new ones.
  enum Name : uint8_t { kBos, kEos, kUnk, kSep, kPad, kCls, kMask, kNumNames };

  std::string tokenizer_class;  // "BertTokenizer"; "" if unknown
  std::optional<bool> do_lower_case;
  std::optional<bool> strip_accents;
  std::optional<bool> tokenize_chinese_chars;
  std::optional<bool> token_types;   // whether "model_input_names" lists token_type_ids
  bool match_special_tokens = true;  // not "split_special_tokens"
  int64_t model_max_length = 0;      // 0 = unknown
  std::optional<Side> truncation_side;
  std::optional<Side> padding_side;

  // Tokens with ids, ascending: those of "added_tokens_decoder", which override those of
  // tokenizer.json, or else those of added_tokens.json, which do not.
  std::vector<AddedToken> numbered;
  bool has_decoder = false;
  // Special tokens without ids: those with a name ("cls_token") and the additional ones.
  std::array<std::optional<AddedToken>, kNumNames> named;
  std::vector<AddedToken> additional;
};

// Paths; "" for a file that does not exist.
struct TokenizerSettingsFiles {
  std::string tokenizer_config;
  std::string special_tokens_map;
  std::string added_tokens;
};

// Reads the files as `transformers` does: special_tokens_map.json and added_tokens.json are read
// only without an added_tokens_decoder; the former then overrides tokenizer_config.json.
// Errors, with the path: those of ReadJsonObject; InvalidModel for wrong types.
Result<TokenizerSettings> LoadTokenizerSettings(const TokenizerSettingsFiles& files);

}  // namespace octet::text

#endif  // OCTET_TEXT_TOKENIZER_SETTINGS_H_
