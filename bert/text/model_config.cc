#include "bert/text/model_config.h"

#include <fmt/format.h>

#include <utility>

#include "bert/text/json_file.h"

namespace octet::bert {
namespace {

using nlohmann::json;

Status ReadSize(const json& config, const char* key, int64_t& value) {
  OCTET_RETURN_IF_ERROR(ReadMember(config, key, value));
  if (value < 0) return InvalidModel(fmt::format("'{}' is negative: {}", key, value));
  return Status();
}

// {"0": "first", "1": "second"}
Status ReadLabels(const json& config, std::vector<std::string>& labels) {
  const json* id2label = FindMember(config, "id2label");
  if (!id2label) return Status();
  if (!id2label->is_object()) return InvalidModel("'id2label' is not an object");
  for (size_t id = 0; id < id2label->size(); ++id) {
    const json* name = FindMember(*id2label, std::to_string(id).c_str());
    if (!name || !name->is_string()) {
      return InvalidModel(
          fmt::format("'id2label' has {} labels but no name for label {}", id2label->size(), id));
    }
    labels.push_back(name->get<std::string>());
  }
  return Status();
}

Status ReadConfig(const json& file, ModelConfig& config) {
  OCTET_RETURN_IF_ERROR(ReadMember(file, "model_type", config.model_type));
  OCTET_RETURN_IF_ERROR(ReadSize(file, "vocab_size", config.vocab_size));
  OCTET_RETURN_IF_ERROR(ReadSize(file, "max_position_embeddings", config.max_position_embeddings));
  OCTET_RETURN_IF_ERROR(ReadSize(file, "type_vocab_size", config.type_vocab_size));
  OCTET_RETURN_IF_ERROR(ReadSize(file, "pad_token_id", config.pad_token_id));
  return ReadLabels(file, config.id2label);
}

}  // namespace

Result<ModelConfig> LoadModelConfig(const ModelFiles& files) {
  ModelConfig config;
  if (files.config.empty()) return config;
  OCTET_ASSIGN_OR_RETURN(const json parsed, ReadJsonObject(files.config));
  Status status = ReadConfig(parsed, config);
  if (!status.ok()) return std::move(status).InFile(files.config);
  return config;
}

}  // namespace octet::bert
