// What octet needs from a model's config.json.
#ifndef OCTET_BERT_TEXT_MODEL_CONFIG_H_
#define OCTET_BERT_TEXT_MODEL_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bert/text/model_files.h"
#include "ir/status.h"

namespace octet::bert {

// 0 and "" stand for what the file does not say.
struct ModelConfig {
  std::string model_type;  // "bert"
  int64_t vocab_size = 0;
  int64_t max_position_embeddings = 0;
  int64_t type_vocab_size = 0;
  int64_t pad_token_id = 0;
  std::vector<std::string> id2label;  // by output index; empty = not a classifier or unnamed
};

// Reads files.config; without one, everything is unknown. Errors, with the path: those of
// ReadJsonObject; InvalidModel for a wrong type, a negative number, or labels whose ids are not
// 0 to n - 1.
Result<ModelConfig> LoadModelConfig(const ModelFiles& files);

}  // namespace octet::bert

#endif  // OCTET_BERT_TEXT_MODEL_CONFIG_H_
