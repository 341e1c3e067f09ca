// Which linears are quantized, and how: PyTorch's qconfig_dict, by module path.
#ifndef OCTET_QUANT_QCONFIG_H_
#define OCTET_QUANT_QCONFIG_H_

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ir/observer_spec.h"
#include "ir/op_enums.h"

namespace octet::quant {

using ir::Formula;
using ir::Granularity;
using ir::ObserverRole;
using ir::ObserverSpec;

struct QConfig {
  ObserverSpec weight;
  ObserverSpec activation;
  // Of the attentions in the module; nullopt: as the caller says for the model
  // (SetAttentionPrecision).
  std::optional<ir::AttentionPrecision> attention = {};
  friend bool operator==(const QConfig&, const QConfig&) = default;
};

struct QConfigPreset {
  std::string_view name;
  std::string_view summary;
  QConfig qconfig;
};

// octet's default first:
//   per_token_dynamic_qconfig    weights per_channel_symmetric_s8, activations per_token_affine_u8
//   per_channel_dynamic_qconfig  PyTorch's: per_channel_symmetric_s8_pytorch,
//                                per_tensor_affine_u7_pytorch (reduced range, as its linear_dynamic
//                                asks for)
//   default_dynamic_qconfig      PyTorch's: per_tensor_symmetric_s8_pytorch, activations as above
std::span<const QConfigPreset> QConfigPresets();
// InvalidArgument, listing the presets, when there is none of that name.
Result<QConfig> QConfigByName(std::string_view name);
// per_token_dynamic_qconfig
QConfig DefaultQConfig();

// Module path -> qconfig, nullopt for float. "" is the whole model.
using QConfigDict = std::map<std::string, std::optional<QConfig>, std::less<>>;

// Whether `prefix` is `path` or one of its parents: "a.b" is a parent of "a.b.c", not of "a.bc",
// and "" is a parent of every path.
bool IsModulePrefix(std::string_view prefix, std::string_view path);

// The entry of the longest prefix of `module_path` in `dict`; nullptr when no prefix is there.
// Valid as long as `dict` is.
const std::optional<QConfig>* FindEntry(const QConfigDict& dict, std::string_view module_path);
// The qconfig of a module: that entry's. nullptr (float) when the entry is null or not there.
const QConfig* FindQConfig(const QConfigDict& dict, std::string_view module_path);

// InvalidArgument when an entry other than "" is a prefix of none of `module_paths`, naming the
// nearest paths that are.
Status CheckModulePaths(const QConfigDict& dict, std::span<const std::string> module_paths);

// Reads the JSON form: an object from module path to the name of a preset, to null, or to
//   {"weight": OBSERVER, "activation": OBSERVER, "attention": "f32" or "bf16"}
// where OBSERVER is {"qscheme": "per_channel_symmetric", "dtype": "qint8", "reduce_range": false,
// "formula": "octet" or "pytorch"}. What is left out is as in per_token_dynamic_qconfig.
// InvalidArgument: malformed JSON (with line and byte), a repeated or unknown key, an unknown
// preset, a value of the wrong kind. Unsupported: symmetric activations in PyTorch's formula.
Result<QConfigDict> ParseQConfigDict(std::string_view json);

}  // namespace octet::quant

#endif  // OCTET_QUANT_QCONFIG_H_
