#include "frontend_onnx/module_path.h"

#include <algorithm>
#include <array>
#include <vector>

#include "frontend_onnx/converters.h"

namespace octet::frontend_onnx {
namespace {

std::vector<std::string_view> SplitComponents(std::string_view text, char separator) {
  std::vector<std::string_view> components;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    if (end > 0) components.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return components;
}

// Whether a component is the name of an ONNX operation, perhaps numbered: "Mul", "Constant_12".
bool IsOperation(std::string_view component) {
  const size_t underscore = component.rfind('_');
  if (underscore != std::string_view::npos && underscore + 1 < component.size() &&
      component.find_first_not_of("0123456789", underscore + 1) == std::string_view::npos) {
    component = component.substr(0, underscore);
  }
  return IsOnnxOperation(component);
}

std::string Join(const std::vector<std::string_view>& components) {
  std::string path;
  for (const std::string_view component : components) {
    if (!path.empty()) path += '.';
    path += component;
  }
  return path;
}

}  // namespace

std::string ModulePathFromNodeName(std::string_view node_name) {
  if (node_name.find('/') == std::string_view::npos) return "";
  // ONNX Runtime calls a fused node "fused /bert/pooler/dense/Gemm".
  node_name.remove_prefix(node_name.rfind(' ') + 1);
  std::vector<std::string_view> components = SplitComponents(node_name, '/');
  if (!components.empty()) components.pop_back();
  while (!components.empty() && IsOperation(components.back())) components.pop_back();
  return Join(components);
}

std::string ModulePathFromNameScopes(std::string_view name_scopes) {
  // Scopes are identifiers joined by dots, so a quote never stands inside one.
  const std::vector<std::string_view> quoted = SplitComponents(name_scopes, ',');
  if (quoted.size() < 2) return "";
  std::string_view scope = quoted[quoted.size() - 2];
  const size_t begin = scope.find('\'');
  const size_t end = scope.rfind('\'');
  if (begin == std::string_view::npos || end == begin) return "";
  scope = scope.substr(begin + 1, end - begin - 1);
  // Nodes that the exporter made for a symbolic size have this instead of a module.
  if (scope.starts_with("_empty_nn_module_stack")) return "";
  return std::string(scope);
}

std::string ModulePathFromParameter(std::string_view initializer_name) {
  constexpr std::array<std::string_view, 2> kParameters = {".weight", ".bias"};
  constexpr std::array<std::string_view, 3> kSuffixes = {"", "_fp16", "_f16"};
  for (const std::string_view parameter : kParameters) {
    for (const std::string_view suffix : kSuffixes) {
      const std::string ending = std::string(parameter) + std::string(suffix);
      if (initializer_name.size() > ending.size() && initializer_name.ends_with(ending)) {
        return std::string(initializer_name.substr(0, initializer_name.size() - ending.size()));
      }
    }
  }
  return "";
}

}  // namespace octet::frontend_onnx
