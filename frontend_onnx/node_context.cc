#include "frontend_onnx/node_context.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>

#include "frontend_onnx/tensor_data.h"

namespace octet::frontend_onnx {
namespace {

std::string Quoted(std::string_view name) { return "'" + Printable(name) + "'"; }

}  // namespace

NodeContext::NodeContext(const onnx::NodeProto& node, int64_t opset, std::vector<ir::Value*> inputs,
                         std::vector<bool> used, ir::Rewriter* rewriter, TensorLoader* loader)
    : node_(node),
      opset_(opset),
      inputs_(std::move(inputs)),
      used_(std::move(used)),
      outputs_(used_.size()),
      rewriter_(rewriter),
      loader_(loader) {}

const std::string& NodeContext::op_type() const { return node_.op_type(); }

const std::string& NodeContext::input_name(int i) const { return node_.input(i); }

bool NodeContext::HasAttribute(std::string_view name) const {
  return std::ranges::any_of(node_.attribute(),
                             [&](const auto& attribute) { return attribute.name() == name; });
}

// The attribute, or nullptr when the node has none of this name.
Result<const onnx::AttributeProto*> NodeContext::Find(std::string_view name, int type) {
  const onnx::AttributeProto* found = nullptr;
  for (const onnx::AttributeProto& attribute : node_.attribute()) {
    if (attribute.name() != name) continue;
    if (found != nullptr) return InvalidModel("attribute " + Quoted(name) + " is given twice");
    if (!attribute.ref_attr_name().empty()) {
      return InvalidModel("attribute " + Quoted(name) + " refers to a function's attribute");
    }
    if (attribute.type() != type) {
      return InvalidModel("attribute " + Quoted(name) + " has the wrong type");
    }
    found = &attribute;
    read_.push_back(attribute.name());
  }
  return found;
}

Result<int64_t> NodeContext::Int(std::string_view name, std::optional<int64_t> fallback) {
  OCTET_ASSIGN_OR_RETURN(const auto* attribute, Find(name, onnx::AttributeProto::INT));
  if (attribute != nullptr) return attribute->i();
  if (!fallback) return InvalidModel("attribute " + Quoted(name) + " is missing");
  return *fallback;
}

Result<double> NodeContext::Float(std::string_view name, double fallback) {
  OCTET_ASSIGN_OR_RETURN(const auto* attribute, Find(name, onnx::AttributeProto::FLOAT));
  if (attribute == nullptr) return fallback;
  if (!std::isfinite(attribute->f())) {
    return InvalidModel("attribute " + Quoted(name) + " is not a finite number");
  }
  return static_cast<double>(attribute->f());
}

Result<std::string> NodeContext::String(std::string_view name, std::string_view fallback) {
  OCTET_ASSIGN_OR_RETURN(const auto* attribute, Find(name, onnx::AttributeProto::STRING));
  return attribute != nullptr ? attribute->s() : std::string(fallback);
}

Result<std::vector<int64_t>> NodeContext::Ints(std::string_view name) {
  OCTET_ASSIGN_OR_RETURN(const auto* attribute, Find(name, onnx::AttributeProto::INTS));
  if (attribute == nullptr) return InvalidModel("attribute " + Quoted(name) + " is missing");
  return std::vector<int64_t>(attribute->ints().begin(), attribute->ints().end());
}

Result<std::vector<float>> NodeContext::Floats(std::string_view name) {
  OCTET_ASSIGN_OR_RETURN(const auto* attribute, Find(name, onnx::AttributeProto::FLOATS));
  if (attribute == nullptr) return InvalidModel("attribute " + Quoted(name) + " is missing");
  return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
}

Result<ir::Tensor> NodeContext::Tensor(std::string_view name) {
  OCTET_ASSIGN_OR_RETURN(const auto* attribute, Find(name, onnx::AttributeProto::TENSOR));
  if (attribute == nullptr) return InvalidModel("attribute " + Quoted(name) + " is missing");
  return loader_->Load(attribute->t(), std::nullopt);
}

Status NodeContext::CheckAllAttributesRead() const {
  for (const onnx::AttributeProto& attribute : node_.attribute()) {
    if (std::ranges::find(read_, attribute.name()) == read_.end()) {
      return Unsupported("attribute " + Quoted(attribute.name()) + " of " + op_type() +
                         " is not supported");
    }
  }
  return {};
}

Status NodeContext::CountMadeBytes(int64_t bytes) { return loader_->CountMadeBytes(bytes); }

Status NodeContext::NotOneElement(int i) const {
  return InvalidModel("input " + std::to_string(i) + " (" + Quoted(input_name(i)) + ") of " +
                      op_type() + " must have one element");
}

Result<ir::Contents> NodeContext::Contents(int i) const {
  const ir::Value* value = input(i);
  if (value == nullptr) return InvalidModel(op_type() + " lacks input " + std::to_string(i));
  if (value->contents() != nullptr) return *value->contents();
  return Unsupported("input " + std::to_string(i) + " (" + Quoted(input_name(i)) + ") of " +
                     op_type() +
                     " depends on data; octet needs shapes that follow from the input shapes");
}

Result<ir::Dim> NodeContext::ContentsElement(int i) const {
  OCTET_ASSIGN_OR_RETURN(const ir::Contents contents, Contents(i));
  if (contents.size() != 1) return NotOneElement(i);
  return contents[0];
}

Result<std::vector<int64_t>> NodeContext::StaticInts(int i) const {
  OCTET_ASSIGN_OR_RETURN(const ir::Contents contents, Contents(i));
  std::vector<int64_t> numbers;
  for (const ir::Dim& dim : contents) {
    if (!dim.is_static()) {
      return Unsupported("input " + std::to_string(i) + " (" + Quoted(input_name(i)) + ") of " +
                         op_type() + " must be a number, not " + dim.ToString());
    }
    numbers.push_back(dim.constant());
  }
  return numbers;
}

Result<int64_t> NodeContext::StaticInt(int i) const {
  OCTET_ASSIGN_OR_RETURN(const std::vector<int64_t> numbers, StaticInts(i));
  if (numbers.size() != 1) return NotOneElement(i);
  return numbers[0];
}

}  // namespace octet::frontend_onnx
