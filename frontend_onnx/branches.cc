#include "frontend_onnx/branches.h"

#include <set>
#include <string>

namespace octet::frontend_onnx {
namespace {

void AddNames(const onnx::NodeProto& node, std::vector<std::string_view>* names);

// Adds the names that a branch reads and does not define. kMaxMessageDepth limits the recursion.
void AddNames(const onnx::GraphProto& graph, std::vector<std::string_view>* names) {
  std::set<std::string_view> defined;
  for (const onnx::TensorProto& tensor : graph.initializer()) defined.insert(tensor.name());
  for (const onnx::NodeProto& node : graph.node()) {
    for (const std::string& output : node.output()) defined.insert(output);
  }
  std::vector<std::string_view> read;
  for (const onnx::NodeProto& node : graph.node()) AddNames(node, &read);
  for (const onnx::ValueInfoProto& output : graph.output()) read.emplace_back(output.name());
  for (const std::string_view name : read) {
    if (!defined.contains(name)) names->push_back(name);
  }
}

void AddNames(const onnx::NodeProto& node, std::vector<std::string_view>* names) {
  names->insert(names->end(), node.input().begin(), node.input().end());
  if (!IsIf(node)) return;
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.has_g()) AddNames(attribute.g(), names);
  }
}

}  // namespace

bool IsIf(const onnx::NodeProto& node) {
  return node.op_type() == "If" && (node.domain().empty() || node.domain() == "ai.onnx");
}

Result<const onnx::GraphProto*> TakenBranch(const onnx::NodeProto& node, bool condition) {
  const std::string name = condition ? "then_branch" : "else_branch";
  const onnx::GraphProto* graph = nullptr;
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name && attribute.has_g()) graph = &attribute.g();
  }
  if (graph == nullptr) return InvalidModel("If lacks its " + name);
  if (graph->input_size() != 0 || graph->output_size() != node.output_size()) {
    return InvalidModel("the " + name + " of If has " + std::to_string(graph->input_size()) +
                        " inputs and " + std::to_string(graph->output_size()) + " outputs");
  }
  if (graph->sparse_initializer_size() != 0) return Unsupported("sparse initializers");
  return graph;
}

std::vector<std::string_view> ReadNames(const onnx::NodeProto& node) {
  std::vector<std::string_view> names;
  AddNames(node, &names);
  return names;
}

}  // namespace octet::frontend_onnx
