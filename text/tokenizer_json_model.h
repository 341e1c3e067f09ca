// Reads the "model" of a tokenizer.json. Only for this folder's .cc files.
#ifndef OCTET_TEXT_TOKENIZER_JSON_MODEL_H_
#define OCTET_TEXT_TOKENIZER_JSON_MODEL_H_

#include "base/json.h"
#include "base/status.h"
#include "text/model_options.h"
#include "text/vocab.h"

namespace octet::text {

struct ModelParts {
  Vocabulary vocabulary;
  ModelOptions options;
};

// Errors: Unsupported for a type that is not in the table of tokenizer_json_model.cc, and for
// dropout. InvalidModel for missing parts, wrong types and ids that contradict one another.
// ResourceLimit for more than a million unused ids.
Result<ModelParts> ReadModel(const Json& model);

}  // namespace octet::text

#endif  // OCTET_TEXT_TOKENIZER_JSON_MODEL_H_
