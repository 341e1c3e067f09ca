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

Status ReadObserver(const std::string& where, const Json& json, ObserverSpec* spec) {
  for (const auto& [key, value] : json.items()) {
    if (key == "reduce_range") {
      if (!value.is_boolean()) return Wrong(where, key, "not true or false");
      spec->reduce_range = value.get<bool>();
      continue;
    }
    if (key != "qscheme" && key != "dtype" && key != "formula") {
      return Wrong(where, key, "unknown key; there are qscheme, dtype, reduce_range, formula");
    }
    if (!value.is_string()) return Wrong(where, key, "not a string");
    const auto text = value.get<std::string>();
    if (key == "qscheme") {
      const Status status = ir::SetScheme(text, spec);
      if (!status.ok()) return Wrong(where, key, status.message());
    } else if (key == "dtype") {
      const std::string dtype = spec->role == ObserverRole::kActivation ? "quint8" : "qint8";
      if (text != dtype) return Wrong(where, key, "not " + dtype);
    } else if (const std::optional<Formula> formula = ir::FindFormula(text)) {
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
  if (json.is_string()) {
    const Result<QConfig> preset = QConfigByName(json.get<std::string>());
    if (!preset.ok()) return InvalidArgument(where + ": " + preset.status().message());
    return std::optional<QConfig>(*preset);
  }
  if (!json.is_object()) {
    return InvalidArgument(where + ": not null, the name of a qconfig or an object");
  }
  QConfig qconfig = DefaultQConfig();
  for (const auto& [key, value] : json.items()) {
    if (key == "attention") {
      const auto name = value.is_string() ? value.get<std::string>() : std::string();
      qconfig.attention = ir::FindEnum<ir::AttentionPrecision>(name);
      if (!qconfig.attention) return Wrong(where, key, "not f32 or bf16");
      continue;
    }
    if (key != "weight" && key != "activation") {
      return Wrong(where, key, "unknown key; there are weight, activation, attention");
    }
    if (!value.is_object()) return Wrong(where, key, "not an object");
    ObserverSpec* spec = key == "weight" ? &qconfig.weight : &qconfig.activation;
    OCTET_RETURN_IF_ERROR(ReadObserver(where + ": " + key, value, spec));
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
  if (!parsed->is_object()) {
    return InvalidArgument("a qconfig dict is a JSON object from module path to qconfig");
  }
  QConfigDict dict;
  for (const auto& [path, value] : parsed->items()) {
    OCTET_ASSIGN_OR_RETURN(dict[path], ReadEntry(Quoted(path), value));
  }
  return dict;
}

}  // namespace octet::quant
