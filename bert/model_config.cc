#include "bert/model_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/json.h"

namespace octet::bert {
namespace {

// A negative number, such as the -1 of a model without such a limit, means unknown.
Status ReadSize(const Json& config, const char* key, int64_t& value) {
  OCTET_RETURN_IF_ERROR(ReadMember(config, key, value));
  value = std::max<int64_t>(value, 0);
  return Status();
}

// Far above any published classifier.
constexpr int64_t kMaxLabels = 1 << 16;

Status NameLabel(int64_t id, const Json& name, std::vector<std::string>& labels) {
  for (auto next = static_cast<int64_t>(labels.size()); next <= id; ++next) {
    labels.push_back(fmt::format("LABEL_{}", next));
  }
  if (name.is_null()) return Status();
  if (!name.is_string() && !name.is_number_integer()) {
    return InvalidModel(fmt::format("'id2label': the name of label {} is not a string", id));
  }
  labels[static_cast<size_t>(id)] = name.is_string() ? name.get<std::string>() : name.dump();
  return Status();
}

// {"0": "first", "1": "second"} or ["first", "second"]. A label without a name, or with null for
// one, is called LABEL_0, LABEL_1 ..., as `transformers` calls it.
Status ReadLabels(const Json& config, std::vector<std::string>& labels) {
  const Json* id2label = FindMember(config, "id2label");
  if (!id2label) return Status();
  if (!id2label->is_object() && !id2label->is_array()) {
    return InvalidModel("'id2label' is not an object or a list");
  }
  int64_t index = 0;
  for (const auto& [key, name] : id2label->items()) {
    int64_t id = index++;
    if (id2label->is_object()) {
      const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
      if (error != std::errc() || end != key.data() + key.size() || id < 0) {
        return InvalidModel(fmt::format(
            "'id2label' has the key '{}', which is not a label's number", Printable(key)));
      }
    }
    if (id >= kMaxLabels) {
      return ResourceLimit(fmt::format("'id2label' names label {}, limit {}", id, kMaxLabels - 1));
    }
    OCTET_RETURN_IF_ERROR(NameLabel(id, name, labels));
  }
  return Status();
}

Status ReadConfig(const Json& file, ModelConfig& config) {
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
  OCTET_ASSIGN_OR_RETURN(const Json parsed, ReadJsonObject(files.config));
  Status status = ReadConfig(parsed, config);
  if (!status.ok()) return std::move(status).InFile(files.config);
  return config;
}

}  // namespace octet::bert
