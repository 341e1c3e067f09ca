// What octet needs from a model's config.json.
#ifndef OCTET_BERT_MODEL_CONFIG_H_
#define OCTET_BERT_MODEL_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "bert/model_files.h"

namespace octet::bert {

// A number that the file does not give is 0.
struct ModelConfig {
  int64_t vocab_size = 0;
  int64_t max_position_embeddings = 0;
  int64_t type_vocab_size = 0;
  int64_t pad_token_id = 0;
  // By output index; empty if the model is not a classifier or its labels do not have names.
  std::vector<std::string> id2label;
};

// Reads files.config; without that file, everything is unknown. Errors, with the path: those of
// ReadJsonObject; InvalidModel for a wrong type; ResourceLimit for a label's number above 65535.
Result<ModelConfig> LoadModelConfig(const ModelFiles& files);

}  // namespace octet::bert

#endif  // OCTET_BERT_MODEL_CONFIG_H_
