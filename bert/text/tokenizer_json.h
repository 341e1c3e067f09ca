// A tokenizer described by Hugging Face's tokenizer.json. Only for this folder's .cc files.
#ifndef OCTET_BERT_TEXT_TOKENIZER_JSON_H_
#define OCTET_BERT_TEXT_TOKENIZER_JSON_H_

#include "base/json.h"
#include "bert/text/vocab.h"
#include "bert/text/wordpiece.h"
#include "ir/status.h"

namespace octet::bert {

struct TokenizerParts {
  Vocabulary vocabulary;
  TokenizerOptions options;
};

// The vocabulary and options of a parsed tokenizer.json; options start as `defaults`.
// Errors: Unsupported, naming the part, for any tokenizer but BERT's: another model type,
// normalizer, pre-tokenizer or template, added tokens that match more than their plain text,
// truncation or padding on the left. InvalidModel for missing parts, wrong types and ids that
// contradict one another.
Result<TokenizerParts> ParseTokenizerJson(const Json& tokenizer, TokenizerOptions defaults);

}  // namespace octet::bert

#endif  // OCTET_BERT_TEXT_TOKENIZER_JSON_H_
