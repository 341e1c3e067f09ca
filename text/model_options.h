// The models that a tokenizer can have, before they are built.
#ifndef OCTET_TEXT_MODEL_OPTIONS_H_
#define OCTET_TEXT_MODEL_OPTIONS_H_

#include <memory>
#include <variant>

#include "base/status.h"
#include "text/bpe.h"
#include "text/model.h"
#include "text/unigram.h"
#include "text/vocab.h"
#include "text/word_level.h"
#include "text/wordpiece.h"

namespace octet::text {

// What a model needs beside its vocabulary. The type says which model it is.
using ModelOptions = std::variant<WordPieceOptions, BpeOptions, UnigramOptions, WordLevelOptions>;

// Errors: those of the model's own Create.
Result<std::unique_ptr<const Model>> CreateModel(Vocabulary vocabulary, ModelOptions options);

}  // namespace octet::text

#endif  // OCTET_TEXT_MODEL_OPTIONS_H_
