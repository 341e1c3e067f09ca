#include "tests/support/onnx_builder.h"

#include <cstring>

namespace octet::testing {
namespace {

void AppendVarint(std::string* bytes, uint64_t value) {
  while (value >= 0x80) {
    bytes->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes->push_back(static_cast<char>(value));
}

// AttributeProto: name = 1, type = 20, and one field for each type.
ProtoWriter Attribute(std::string_view name, uint64_t type) {
  return ProtoWriter().Bytes(1, name).Varint(20, type);
}

ProtoWriter ValueInfo(std::string_view name, int data_type, const std::vector<OnnxDim>* dims) {
  ProtoWriter tensor;
  tensor.Varint(1, static_cast<uint64_t>(data_type));
  if (dims != nullptr) {
    ProtoWriter shape;
    for (const OnnxDim& dim : *dims) {
      ProtoWriter dimension;
      if (std::holds_alternative<int64_t>(dim)) {
        dimension.Varint(1, static_cast<uint64_t>(std::get<int64_t>(dim)));
      } else if (!std::get<std::string>(dim).empty()) {
        dimension.Bytes(2, std::get<std::string>(dim));
      }
      shape.Message(1, dimension);
    }
    tensor.Message(2, shape);
  }
  return ProtoWriter().Bytes(1, name).Message(2, ProtoWriter().Message(1, tensor));
}

}  // namespace

ProtoWriter& ProtoWriter::Varint(uint32_t field, uint64_t value) {
  AppendVarint(&bytes, field << 3);
  AppendVarint(&bytes, value);
  return *this;
}

ProtoWriter& ProtoWriter::Float(uint32_t field, float value) {
  AppendVarint(&bytes, field << 3 | 5);
  char raw[sizeof(value)];
  std::memcpy(raw, &value, sizeof(value));
  bytes.append(raw, sizeof(value));
  return *this;
}

ProtoWriter& ProtoWriter::Bytes(uint32_t field, std::string_view value) {
  AppendVarint(&bytes, field << 3 | 2);
  AppendVarint(&bytes, value.size());
  bytes += value;
  return *this;
}

ProtoWriter RawTensor(std::string_view name, int data_type, const std::vector<int64_t>& dims,
                      std::string_view raw_data) {
  ProtoWriter tensor;
  for (const int64_t dim : dims) tensor.Varint(1, static_cast<uint64_t>(dim));
  tensor.Varint(2, static_cast<uint64_t>(data_type));
  return tensor.Bytes(8, name).Bytes(9, raw_data);
}

ProtoWriter FloatTensor(std::string_view name, const std::vector<int64_t>& dims,
                        const std::vector<float>& values) {
  return RawTensor(name, kOnnxFloat, dims,
                   {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
}

ProtoWriter Int64Tensor(std::string_view name, const std::vector<int64_t>& dims,
                        const std::vector<int64_t>& values) {
  return RawTensor(name, kOnnxInt64, dims,
                   {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(int64_t)});
}

ProtoWriter ExternalTensor(std::string_view name, const std::vector<int64_t>& dims,
                           const std::vector<std::pair<std::string, std::string>>& entries) {
  ProtoWriter tensor;
  for (const int64_t dim : dims) tensor.Varint(1, static_cast<uint64_t>(dim));
  tensor.Varint(2, kOnnxFloat).Bytes(8, name);
  for (const auto& [key, value] : entries) {
    tensor.Message(13, ProtoWriter().Bytes(1, key).Bytes(2, value));
  }
  return tensor.Varint(14, 1);
}

ProtoWriter IntAttribute(std::string_view name, int64_t value) {
  return Attribute(name, 2).Varint(3, static_cast<uint64_t>(value));
}

ProtoWriter FloatAttribute(std::string_view name, float value) {
  return Attribute(name, 1).Float(2, value);
}

ProtoWriter IntsAttribute(std::string_view name, const std::vector<int64_t>& values) {
  ProtoWriter attribute = Attribute(name, 7);
  for (const int64_t value : values) attribute.Varint(8, static_cast<uint64_t>(value));
  return attribute;
}

ProtoWriter FloatsAttribute(std::string_view name, const std::vector<float>& values) {
  ProtoWriter attribute = Attribute(name, 6);
  for (const float value : values) attribute.Float(7, value);
  return attribute;
}

ProtoWriter StringAttribute(std::string_view name, std::string_view value) {
  return Attribute(name, 3).Bytes(4, value);
}

ProtoWriter TensorAttribute(std::string_view name, const ProtoWriter& tensor) {
  return Attribute(name, 4).Message(5, tensor);
}

ProtoWriter GraphAttribute(std::string_view name, const ProtoWriter& graph) {
  return Attribute(name, 5).Message(6, graph);
}

ProtoWriter NodeProto(const OnnxNode& node) {
  ProtoWriter proto;
  for (const std::string& input : node.inputs) proto.Bytes(1, input);
  for (const std::string& output : node.outputs) proto.Bytes(2, output);
  if (!node.name.empty()) proto.Bytes(3, node.name);
  proto.Bytes(4, node.op_type);
  for (const ProtoWriter& attribute : node.attributes) proto.Message(5, attribute);
  if (!node.domain.empty()) proto.Bytes(7, node.domain);
  return proto;
}

OnnxModelBuilder& OnnxModelBuilder::IrVersion(int64_t version) {
  ir_version_ = version;
  return *this;
}

OnnxModelBuilder& OnnxModelBuilder::Opset(int64_t version, std::string_view domain) {
  ProtoWriter opset;
  if (!domain.empty()) opset.Bytes(1, domain);
  opsets_.push_back(opset.Varint(2, static_cast<uint64_t>(version)));
  return *this;
}

OnnxModelBuilder& OnnxModelBuilder::Input(std::string_view name, int data_type,
                                          const std::vector<OnnxDim>& dims) {
  graph_.Message(11, ValueInfo(name, data_type, &dims));
  return *this;
}

OnnxModelBuilder& OnnxModelBuilder::Output(std::string_view name, int data_type) {
  graph_.Message(12, ValueInfo(name, data_type, nullptr));
  return *this;
}

OnnxModelBuilder& OnnxModelBuilder::Initializer(const ProtoWriter& tensor) {
  graph_.Message(5, tensor);
  return *this;
}

OnnxModelBuilder& OnnxModelBuilder::Node(const OnnxNode& node) {
  graph_.Message(1, NodeProto(node));
  return *this;
}

OnnxModelBuilder& OnnxModelBuilder::GraphField(uint32_t field, std::string_view bytes) {
  graph_.Bytes(field, bytes);
  return *this;
}

OnnxModelBuilder& OnnxModelBuilder::ModelField(uint32_t field, std::string_view bytes) {
  model_.Bytes(field, bytes);
  return *this;
}

std::string OnnxModelBuilder::Build() const {
  ProtoWriter file;
  if (ir_version_ >= 0) file.Varint(1, static_cast<uint64_t>(ir_version_));
  if (opsets_.empty()) file.Message(8, ProtoWriter().Varint(2, 17));
  for (const ProtoWriter& opset : opsets_) file.Message(8, opset);
  file.Message(7, graph_);
  return file.bytes + model_.bytes;
}

}  // namespace octet::testing
