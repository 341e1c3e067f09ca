#include "frontend_onnx/model_parts.h"

#include <set>

#include "frontend_onnx/limits.h"

namespace octet::frontend_onnx {
namespace {

std::string VersionRange(int64_t low, int64_t high) {
  return "octet reads " + std::to_string(low) + " to " + std::to_string(high);
}

template <typename Message>
Status ParseMessage(ByteSource* source, Range range, const char* what, Message* message) {
  OCTET_ASSIGN_OR_RETURN(const std::string bytes, ReadString(source, range));
  // "Partial": protobuf would log each missing required field; ONNX does not have required fields.
  if (!message->ParsePartialFromString(bytes)) {
    return InvalidModel("cannot parse " + std::string(what)).AtByte(range.begin);
  }
  return {};
}

// The same for messages that carry names and shapes only.
template <typename Message>
Status ParseSmall(ByteSource* source, Range range, const char* what, Message* message) {
  if (range.size > kMaxSmallMessageBytes) {
    return ResourceLimit(std::string(what) + " has " + std::to_string(range.size) +
                         " bytes; the limit is " + std::to_string(kMaxSmallMessageBytes))
        .AtByte(range.begin);
  }
  return ParseMessage(source, range, what, message);
}

Status CheckVersions(const ModelIndex& index, ByteSource* source, ModelParts* parts) {
  if (!index.ir_version) return InvalidModel("the model has no ir_version");
  if (*index.ir_version < 1) {
    return InvalidModel("ir_version " + std::to_string(*index.ir_version));
  }
  if (*index.ir_version < kMinIrVersion || *index.ir_version > kMaxIrVersion) {
    return Unsupported("ir_version " + std::to_string(*index.ir_version) + "; " +
                       VersionRange(kMinIrVersion, kMaxIrVersion));
  }
  for (const Range& range : index.opset_imports) {
    onnx::OperatorSetIdProto opset;
    OCTET_RETURN_IF_ERROR(ParseSmall(source, range, "an opset import", &opset));
    const std::string domain = opset.domain() == "ai.onnx" ? "" : opset.domain();
    // Tools that merge models write an entry twice, or both "ai.onnx" and "". That is harmless if
    // the versions agree.
    const auto [entry, is_new] = parts->opsets.emplace(domain, opset.version());
    if (!is_new && entry->second != opset.version()) {
      return InvalidModel("the operator set '" + Printable(domain) + "' is imported in versions " +
                          std::to_string(entry->second) + " and " +
                          std::to_string(opset.version()));
    }
  }
  const auto opset = parts->opsets.find("");
  if (opset == parts->opsets.end()) {
    return InvalidModel("the model does not import the operator set ai.onnx");
  }
  if (opset->second < 1) return InvalidModel("opset " + std::to_string(opset->second));
  if (opset->second < kMinOpset || opset->second > kMaxOpset) {
    return Unsupported("opset " + std::to_string(opset->second) + "; " +
                       VersionRange(kMinOpset, kMaxOpset));
  }
  return {};
}

Status ParseInitializers(const ModelIndex& index, ByteSource* source, ModelParts* parts) {
  parts->initializer_names.reserve(index.initializers.size());  // keys of the map point into it
  for (const Range& range : index.initializers) {
    OCTET_ASSIGN_OR_RETURN(std::string name, ReadTensorName(source, range));
    if (name.empty()) return InvalidModel("an initializer without a name").AtByte(range.begin);
    parts->initializer_names.push_back(std::move(name));
    if (!parts->initializers.emplace(parts->initializer_names.back(), range).second) {
      return InvalidModel("two initializers have this name")
          .AtTensor(parts->initializer_names.back());
    }
  }
  return {};
}

Status ParseInterface(const ModelIndex& index, ByteSource* source, ModelParts* parts) {
  std::set<std::string> names;
  for (const Range& range : index.inputs) {
    onnx::ValueInfoProto input;
    OCTET_RETURN_IF_ERROR(ParseSmall(source, range, "a graph input", &input));
    if (input.name().empty()) return InvalidModel("a graph input without a name");
    if (!names.insert(input.name()).second) {
      return InvalidModel("two graph inputs have this name").AtTensor(input.name());
    }
    if (!parts->initializers.contains(input.name())) parts->inputs.push_back(std::move(input));
  }
  if (parts->inputs.size() > kMaxGraphInputs) {
    return ResourceLimit("more than " + std::to_string(kMaxGraphInputs) + " graph inputs");
  }
  names.clear();
  for (const Range& range : index.outputs) {
    onnx::ValueInfoProto output;
    OCTET_RETURN_IF_ERROR(ParseSmall(source, range, "a graph output", &output));
    if (!names.insert(output.name()).second) {
      return InvalidModel("two graph outputs have this name").AtTensor(output.name());
    }
    parts->outputs.push_back(std::move(output));
  }
  if (parts->outputs.empty()) return InvalidModel("the graph has no outputs");
  return {};
}

}  // namespace

Result<ModelParts> ParseModel(const ModelIndex& index, ByteSource* source) {
  ModelParts parts;
  OCTET_RETURN_IF_ERROR(CheckVersions(index, source, &parts));
  if (index.has_sparse_initializers) return Unsupported("sparse initializers");
  OCTET_RETURN_IF_ERROR(ParseInitializers(index, source, &parts));
  OCTET_RETURN_IF_ERROR(ParseInterface(index, source, &parts));
  parts.nodes.resize(index.nodes.size());
  for (size_t i = 0; i < index.nodes.size(); ++i) {
    OCTET_RETURN_IF_ERROR(ParseMessage(source, index.nodes[i], "a node", &parts.nodes[i]));
  }
  return parts;
}

Result<SplitTensorProto> ParseTensor(ByteSource* source, Range range) {
  OCTET_ASSIGN_OR_RETURN(const TensorParts parts, SplitTensor(source, range));
  SplitTensorProto tensor;
  tensor.raw_data = parts.raw_data;
  if (!tensor.header.ParsePartialFromString(parts.header)) {
    return InvalidModel("cannot parse a tensor").AtByte(range.begin);
  }
  return tensor;
}

}  // namespace octet::frontend_onnx
