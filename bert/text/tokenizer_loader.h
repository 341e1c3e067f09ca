// Makes the tokenizer that a model folder describes.
#ifndef OCTET_BERT_TEXT_TOKENIZER_LOADER_H_
#define OCTET_BERT_TEXT_TOKENIZER_LOADER_H_

#include "bert/text/model_files.h"
#include "bert/text/wordpiece.h"
#include "ir/status.h"

namespace octet::bert {

// Vocabulary and settings come from tokenizer.json; without one, from vocab.txt and
// tokenizer_config.json (do_lower_case, strip_accents, tokenize_chinese_chars, special tokens;
// without that either, those of an uncased BERT). The model's longest sequence is the smaller of
// tokenizer_config.json's model_max_length (a huge number there means unknown) and config.json's
// max_position_embeddings. Token types are 0 throughout where tokenizer_config.json's
// model_input_names (or its tokenizer_class) lacks token_type_ids, or config.json's
// type_vocab_size is 1.
// Errors, with the path: NotFound if there is neither tokenizer.json nor vocab.txt; Unsupported
// for any tokenizer but BERT's; InvalidModel if the vocabulary is larger than config.json's
// vocab_size; those of Vocabulary, ReadJsonObject, ParseTokenizerJson and WordPieceTokenizer.
Result<WordPieceTokenizer> LoadTokenizer(const ModelFiles& files);

}  // namespace octet::bert

#endif  // OCTET_BERT_TEXT_TOKENIZER_LOADER_H_
