#include "bert/model_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
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
  if (id >= kMaxLabels) {
    return ResourceLimit(fmt::format("'id2label' names label {}, limit {}", id, kMaxLabels - 1));
  }
  for (auto next = static_cast<int64_t>(labels.size()); next <= id; ++next) {
    labels.push_back(fmt::format("LABEL_{}", next));
  }
  if (name.is_null()) return Status();
  std::string& label = labels[static_cast<size_t>(id)];
  if (const std::string* text = name.AsString()) {
    label = *text;
  } else if (const std::optional<int64_t> number = name.AsInteger()) {
    label = std::to_string(*number);
  } else {
    return InvalidModel(fmt::format("'id2label': the name of label {} is not a string", id));
  }
  return Status();
}

// {"0": "first", "1": "second"} or ["first", "second"]. A label without a name, or with null for
// one, is called LABEL_0, LABEL_1 ..., as `transformers` calls it.
Status ReadLabels(const Json& config, std::vector<std::string>& labels) {
  const Json* id2label = FindMember(config, "id2label");
  if (!id2label) return Status();
  if (const Json::List* names = id2label->AsList()) {
    for (size_t i = 0; i < names->size(); ++i) {
      OCTET_RETURN_IF_ERROR(NameLabel(static_cast<int64_t>(i), (*names)[i], labels));
    }
    return Status();
  }
  const Json::Object* names = id2label->AsObject();
  if (!names) return InvalidModel("'id2label' is not an object or a list");
  for (const auto& [key, name] : *names) {
    int64_t id = -1;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (error != std::errc() || end != key.data() + key.size() || id < 0) {
      return InvalidModel(fmt::format("'id2label' has the key '{}', which is not a label's number",
                                      Printable(key)));
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
