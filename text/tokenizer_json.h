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

// The parts of a tokenizer before the settings of other files are applied.
struct TokenizerParts {
  Vocabulary vocabulary;
  TokenizerOptions options;  // without added_tokens
  AddedTokenList added_tokens;
  // Set if the normalizer consists of a BertNormalizer only.
  std::optional<BertNormalizerOptions> bert_normalizer;
};

// Errors: Unsupported, naming the part, for parts that are not in the tables of the readers
// (tokenizer_json_parts.h) and for what they cannot do as the reference does. InvalidModel for
// missing parts, wrong types and ids that contradict one another. Those of ReadModel. ResourceLimit
// above the limits of PartsReader.
Result<TokenizerParts> ParseTokenizerJson(const Json& tokenizer);

// The tokenizer of a tokenizer.json without any other file. Errors, with the path: those of
// ParseTokenizerJson, ReadJsonObject, AddedTokenList and Tokenizer::Create.
Result<Tokenizer> LoadTokenizerJson(const std::string& path);

}  // namespace octet::text

#endif  // OCTET_TEXT_TOKENIZER_JSON_H_
