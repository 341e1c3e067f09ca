// Makes the tokenizer that a model folder describes.
#ifndef OCTET_BERT_TOKENIZER_LOADER_H_
#define OCTET_BERT_TOKENIZER_LOADER_H_

#include "base/status.h"
#include "bert/model_files.h"
#include "text/tokenizer.h"

namespace octet::bert {

// The vocabulary comes from tokenizer.json, or else from vocab.txt. Where files contradict each
// other, what `transformers` does counts:
// - With a BERT's tokenizer_class in tokenizer_config.json, or without tokenizer.json, the
// tokenizer
//   is BERT's with do_lower_case, strip_accents, tokenize_chinese_chars and the names of the
//   special tokens from tokenizer_config.json, or their defaults (lower case).
// - With another class it is what tokenizer.json says; without a class too, but for those of the
//   three settings that tokenizer_config.json has.
// - Added tokens come from added_tokens_decoder (tokenizer_config.json), then tokenizer.json, then
//   added_tokens.json, then the names in tokenizer_config.json and special_tokens_map.json.
// The model's longest sequence is the smaller of tokenizer_config.json's model_max_length (a huge
// number there means unknown) and config.json's max_position_embeddings. Token types are 0
// throughout where tokenizer_config.json's model_input_names (or its tokenizer_class) lacks
// token_type_ids, or config.json's type_vocab_size is 1.
// Errors, with the path: NotFound if there is neither tokenizer.json nor vocab.txt; Unsupported
// for what octet does not have; InvalidModel if a token's id is not below config.json's vocab_size,
// or disagrees with the vocabulary; those of Vocabulary, ReadJsonObject, ParseTokenizerJson,
// LoadTokenizerSettings and Tokenizer.
Result<text::Tokenizer> LoadTokenizer(const ModelFiles& files);

}  // namespace octet::bert

#endif  // OCTET_BERT_TOKENIZER_LOADER_H_
