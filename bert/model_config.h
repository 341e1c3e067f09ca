// What octet needs from a model's config.json.
#ifndef OCTET_BERT_MODEL_CONFIG_H_
#define OCTET_BERT_MODEL_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "bert/model_files.h"

namespace octet::bert {

// 0 stands for what the file does not say.
struct ModelConfig {
  int64_t vocab_size = 0;
  int64_t max_position_embeddings = 0;
  int64_t type_vocab_size = 0;
  int64_t pad_token_id = 0;
  // By output index; empty = not a classifier or unnamed.
  std::vector<std::string> id2label;
};

// Reads files.config; without one, everything is unknown. Errors, with the path: those of
// ReadJsonObject; InvalidModel for a wrong type; ResourceLimit for more than 65536 labels.
Result<ModelConfig> LoadModelConfig(const ModelFiles& files);

}  // namespace octet::bert

#endif  // OCTET_BERT_MODEL_CONFIG_H_
