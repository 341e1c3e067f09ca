#include "frontend_onnx/node_location.h"

#include <map>

#include "frontend_onnx/limits.h"
#include "frontend_onnx/module_path.h"

namespace octet::frontend_onnx {
namespace {

// NodeProto.metadata_props, which the protobuf schema of ONNX 1.12 does not know yet.
constexpr int kMetadataProps = 9;

std::string NameScopes(const onnx::NodeProto& node) {
  const google::protobuf::UnknownFieldSet& fields = node.unknown_fields();
  for (int i = 0; i < fields.field_count(); ++i) {
    const google::protobuf::UnknownField& field = fields.field(i);
    if (field.number() != kMetadataProps ||
        field.type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
      continue;
    }
    onnx::StringStringEntryProto entry;
    if (entry.ParsePartialFromString(field.length_delimited()) && entry.key() == kNameScopesKey) {
      return entry.value();
    }
  }
  return "";
}

std::string ModulePath(const onnx::NodeProto& node, const ModelParts& parts) {
  if (const std::string scopes = NameScopes(node); !scopes.empty()) {
    std::string path = ModulePathFromNameScopes(scopes);
    return path.size() <= kMaxNameBytes ? path : "";  // other paths are parts of names
  }
  if (std::string path = ModulePathFromNodeName(node.name()); !path.empty()) return path;
  for (const std::string& input : node.input()) {
    if (!parts.initializers.contains(input)) continue;
    if (std::string path = ModulePathFromParameter(input); !path.empty()) return path;
  }
  return "";
}

}  // namespace

std::vector<ir::Location> LocateNodes(const ModelParts& parts) {
  std::vector<ir::Location> locations;
  std::map<std::string_view, size_t> readers;    // value -> last node that reads it
  std::map<std::string_view, size_t> num_reads;  // value -> how often it is read
  for (size_t i = 0; i < parts.nodes.size(); ++i) {
    const onnx::NodeProto& node = parts.nodes[i];
    std::string name = node.name();
    if (name.empty() && node.output_size() > 0) name = node.output(0);
    if (name.empty()) name = node.op_type();
    locations.emplace_back(std::move(name), ModulePath(node, parts));
    for (const std::string& input : node.input()) {
      readers[input] = i;
      ++num_reads[input];
    }
  }
  for (size_t i = 0; i < parts.nodes.size(); ++i) {
    const onnx::NodeProto& node = parts.nodes[i];
    if (!locations[i].module_path().empty() || node.op_type() != "MatMul" ||
        node.output_size() != 1 || num_reads[node.output(0)] != 1) {
      continue;
    }
    const size_t reader = readers[node.output(0)];
    if (parts.nodes[reader].op_type() == "Add") {
      locations[i] = {locations[i].node(), locations[reader].module_path()};
    }
  }
  return locations;
}

}  // namespace octet::frontend_onnx
