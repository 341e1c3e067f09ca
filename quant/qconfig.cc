#include "quant/qconfig.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/edit_distance.h"

namespace octet::quant {
namespace {

constexpr ObserverSpec kPerChannelWeight = {.role = ObserverRole::kWeight, .symmetric = true};
constexpr ObserverSpec kPerTokenActivation = {.role = ObserverRole::kActivation};
constexpr ObserverSpec kPyTorchPerChannelWeight = {
    .role = ObserverRole::kWeight, .symmetric = true, .formula = Formula::kPyTorch};
constexpr ObserverSpec kPyTorchPerTensorWeight = {.role = ObserverRole::kWeight,
                                                  .granularity = Granularity::kPerTensor,
                                                  .symmetric = true,
                                                  .formula = Formula::kPyTorch};
constexpr ObserverSpec kPyTorchActivation = {.role = ObserverRole::kActivation,
                                             .granularity = Granularity::kPerTensor,
                                             .reduce_range = true,
                                             .formula = Formula::kPyTorch};

constexpr std::array kPresets = {
    QConfigPreset{"per_token_dynamic_qconfig",
                  "octet's default: a scale a weight channel, a range a token",
                  {kPerChannelWeight, kPerTokenActivation}},
    QConfigPreset{"per_channel_dynamic_qconfig",
                  "PyTorch's: a scale a weight channel, one 7-bit range an activation",
                  {kPyTorchPerChannelWeight, kPyTorchActivation}},
    QConfigPreset{"default_dynamic_qconfig",
                  "PyTorch's: one scale a weight, one 7-bit range an activation",
                  {kPyTorchPerTensorWeight, kPyTorchActivation}},
};

// The parent of a module path; "" for one without a dot.
std::string_view Parent(std::string_view path) {
  const size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

// The modules that hold linears, or are linears, nearest to `path` in spelling, as a list.
std::string NearPaths(std::string_view path, std::span<const std::string> module_paths) {
  constexpr size_t kShown = 3;
  constexpr size_t kLongestPath = 256;  // the distance is quadratic in this
  constexpr int kMostCompared = 4096;   // BERT-large has 150 linears, 5 modules deep
  std::set<std::pair<size_t, std::string_view>> near;
  const std::string_view compared = path.substr(0, kLongestPath);
  int compared_paths = 0;
  for (const std::string& leaf : module_paths) {
    for (std::string_view module = leaf; !module.empty(); module = Parent(module)) {
      if (++compared_paths > kMostCompared) break;
      near.emplace(EditDistance(compared, module.substr(0, kLongestPath)), module);
    }
  }
  std::string text;
  size_t shown = 0;
  for (const auto& [distance, module] : near) {
    if (shown++ == kShown) break;
    text += (text.empty() ? "'" : ", '") + Printable(module) + "'";
  }
  return text;
}

}  // namespace

std::span<const QConfigPreset> QConfigPresets() { return kPresets; }

Result<QConfig> QConfigByName(std::string_view name) {
  std::string names;
  for (const QConfigPreset& preset : kPresets) {
    if (preset.name == name) return preset.qconfig;
    names += (names.empty() ? "" : ", ") + std::string(preset.name);
  }
  return InvalidArgument("no qconfig is called '" + Printable(name) + "'; there are " + names);
}

QConfig DefaultQConfig() { return kPresets[0].qconfig; }

bool IsModulePrefix(std::string_view prefix, std::string_view path) {
  return prefix.empty() ||
         (path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '.'));
}

const std::optional<QConfig>* FindEntry(const QConfigDict& dict, std::string_view module_path) {
  while (true) {
    const auto it = dict.find(module_path);
    if (it != dict.end()) return &it->second;
    if (module_path.empty()) return nullptr;
    module_path = Parent(module_path);
  }
}

const QConfig* FindQConfig(const QConfigDict& dict, std::string_view module_path) {
  const std::optional<QConfig>* entry = FindEntry(dict, module_path);
  return entry != nullptr && *entry ? &**entry : nullptr;
}

Status CheckModulePaths(const QConfigDict& dict, std::span<const std::string> module_paths) {
  for (const auto& [path, qconfig] : dict) {
    const auto in_path = [prefix = std::string_view(path)](const std::string& module) {
      return IsModulePrefix(prefix, module);
    };
    const bool used = path.empty() || std::ranges::any_of(module_paths, in_path);
    if (used) continue;
    const std::string near = NearPaths(path, module_paths);
    return InvalidArgument("no linear with a constant weight is in module '" + Printable(path) +
                           "'" + (near.empty() ? "" : "; the nearest are " + near));
  }
  return {};
}

}  // namespace octet::quant
