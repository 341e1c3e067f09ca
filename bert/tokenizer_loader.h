// Makes the tokenizer that a model folder describes.
#ifndef OCTET_BERT_TOKENIZER_LOADER_H_
#define OCTET_BERT_TOKENIZER_LOADER_H_

#include "base/status.h"
#include "bert/model_files.h"
#include "text/tokenizer.h"

namespace octet::bert {

// The vocabulary comes from tokenizer.json, or else from vocab.txt. When files contradict each
// other, octet does what `transformers` does:
// - If tokenizer_config.json names a BERT's tokenizer_class, or if there is no tokenizer.json, the
//   tokenizer is BERT's. It takes do_lower_case, strip_accents, tokenize_chinese_chars and the
//   names of the special tokens from tokenizer_config.json, or else their defaults (lower case).
// - With another class, the tokenizer is what tokenizer.json says. Without a class, too, but then
//   tokenizer_config.json may override the three settings above.
// - Added tokens come from added_tokens_decoder (tokenizer_config.json), then tokenizer.json, then
//   added_tokens.json, then the names in tokenizer_config.json and special_tokens_map.json.
// The model's longest sequence is the smaller of tokenizer_config.json's model_max_length (a huge
// number there means unknown) and config.json's max_position_embeddings. All token types are 0 if
// tokenizer_config.json's model_input_names (or else its tokenizer_class) does not have
// token_type_ids, or if config.json's type_vocab_size is 1.
// Errors, with the path: NotFound if there is neither tokenizer.json nor vocab.txt; Unsupported for
// tokenizers that octet does not have; InvalidModel if a token's id is not below config.json's
// vocab_size, or disagrees with the vocabulary; those of Vocabulary, ReadJsonObject,
// ParseTokenizerJson, LoadTokenizerSettings and Tokenizer.
Result<text::Tokenizer> LoadTokenizer(const ModelFiles& files);

}  // namespace octet::bert

#endif  // OCTET_BERT_TOKENIZER_LOADER_H_
