// A tokenizer described by Hugging Face's tokenizer.json.
#ifndef OCTET_TEXT_TOKENIZER_JSON_H_
#define OCTET_TEXT_TOKENIZER_JSON_H_

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/status.h"
#include "text/added_token_list.h"
#include "text/tokenizer.h"
#include "text/vocab.h"

namespace octet::text {

// What a tokenizer is made of, before settings of other files are applied.
struct TokenizerParts {
  Vocabulary vocabulary;
  TokenizerOptions options;  // but for added_tokens
  AddedTokenList added_tokens;
  // Set when the normalizer is BertNormalizer and nothing else.
  std::optional<BertNormalizerOptions> bert_normalizer;
};

// Errors: Unsupported, naming the part, for what octet does not have: see the rows of
// tokenizer_json_parts.cc, and truncation or padding on the left. InvalidModel for missing parts,
// wrong types and ids that contradict one another. ResourceLimit for more than a million unused
// ids, and for what tokenizer_json_parts.cc limits.
Result<TokenizerParts> ParseTokenizerJson(const Json& tokenizer);

// The tokenizer of a tokenizer.json alone. Errors, with the path: also those of ReadJsonObject,
// AddedTokenList and Tokenizer::Create.
Result<Tokenizer> LoadTokenizerJson(const std::string& path);

}  // namespace octet::text

#endif  // OCTET_TEXT_TOKENIZER_JSON_H_
