// The JSON form of a QConfigDict.
#include "base/json.h"
#include "quant/qconfig.h"

namespace octet::quant {
namespace {

std::string Quoted(std::string_view path) { return "'" + Printable(path) + "'"; }

// An error at `where`: "'bert.pooler': weight: qscheme".
Status Wrong(const std::string& where, std::string_view key, std::string_view message) {
  return InvalidArgument(where + ": " + Printable(key) + ": " + std::string(message));
}

Status ReadObserver(const std::string& where, const Json::Object& json, ObserverSpec* spec) {
  for (const auto& [key, value] : json) {
    if (key == "reduce_range") {
      const bool* reduce_range = value.AsBool();
      if (!reduce_range) return Wrong(where, key, "not true or false");
      spec->reduce_range = *reduce_range;
      continue;
    }
    if (key != "qscheme" && key != "dtype" && key != "formula") {
      return Wrong(where, key, "unknown key; there are qscheme, dtype, reduce_range, formula");
    }
    const std::string* text = value.AsString();
    if (!text) return Wrong(where, key, "not a string");
    if (key == "qscheme") {
      const Status status = ir::SetScheme(*text, spec);
      if (!status.ok()) return Wrong(where, key, status.message());
    } else if (key == "dtype") {
      const std::string dtype = spec->role == ObserverRole::kActivation ? "quint8" : "qint8";
      if (*text != dtype) return Wrong(where, key, "not " + dtype);
    } else if (const std::optional<Formula> formula = ir::FindFormula(*text)) {
      spec->formula = *formula;
    } else {
      return Wrong(where, key, "not octet or pytorch");
    }
  }
  const Status status = ir::CheckObserverSpec(*spec);
  if (status.ok()) return {};
  return Status(status.code(), where + ": " + status.message());
}

Result<std::optional<QConfig>> ReadEntry(const std::string& where, const Json& json) {
  if (json.is_null()) return std::optional<QConfig>();
  if (const std::string* name = json.AsString()) {
    const Result<QConfig> preset = QConfigByName(*name);
    if (!preset.ok()) return InvalidArgument(where + ": " + preset.status().message());
    return std::optional<QConfig>(*preset);
  }
  const Json::Object* object = json.AsObject();
  if (!object) {
    return InvalidArgument(where + ": not null, the name of a qconfig or an object");
  }
  QConfig qconfig = DefaultQConfig();
  for (const auto& [key, value] : *object) {
    if (key == "attention") {
      const std::string* name = value.AsString();
      qconfig.attention = ir::FindEnum<ir::AttentionPrecision>(name ? *name : "");
      if (!qconfig.attention) return Wrong(where, key, "not f32 or bf16");
      continue;
    }
    if (key != "weight" && key != "activation") {
      return Wrong(where, key, "unknown key; there are weight, activation, attention");
    }
    if (!value.AsObject()) return Wrong(where, key, "not an object");
    ObserverSpec* spec = key == "weight" ? &qconfig.weight : &qconfig.activation;
    OCTET_RETURN_IF_ERROR(ReadObserver(where + ": " + key, *value.AsObject(), spec));
  }
  return std::optional<QConfig>(qconfig);
}

}  // namespace

Result<QConfigDict> ParseQConfigDict(std::string_view json) {
  const Result<Json> parsed = ParseJson(json);
  // A caller's argument is at fault, not a file.
  if (!parsed.ok()) {
    return Status(StatusCode::kInvalidArgument, parsed.status().message(), parsed.status().place());
  }
  const Json::Object* object = parsed->AsObject();
  if (!object) {
    return InvalidArgument("a qconfig dict is a JSON object from module path to qconfig");
  }
  QConfigDict dict;
  for (const auto& [path, value] : *object) {
    OCTET_ASSIGN_OR_RETURN(dict[path], ReadEntry(Quoted(path), value));
  }
  return dict;
}

}  // namespace octet::quant
