// Builds ONNX files byte by byte, valid or broken, without protobuf, which would refuse to write
// some broken files.
#ifndef OCTET_TESTS_SUPPORT_ONNX_BUILDER_H_
#define OCTET_TESTS_SUPPORT_ONNX_BUILDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace octet::testing {

// Fields of one protobuf message, appended to `bytes`.
struct ProtoWriter {
  std::string bytes;

  ProtoWriter& Varint(uint32_t field, uint64_t value);
  ProtoWriter& Float(uint32_t field, float value);
  ProtoWriter& Bytes(uint32_t field, std::string_view value);
  ProtoWriter& Message(uint32_t field, const ProtoWriter& message) {
    return Bytes(field, message.bytes);
  }
};

// TensorProto.DataType.
inline constexpr int kOnnxFloat = 1;
inline constexpr int kOnnxUint8 = 2;
inline constexpr int kOnnxInt8 = 3;
inline constexpr int kOnnxInt32 = 6;
inline constexpr int kOnnxInt64 = 7;
inline constexpr int kOnnxString = 8;
inline constexpr int kOnnxBool = 9;
inline constexpr int kOnnxFloat16 = 10;
inline constexpr int kOnnxDouble = 11;

// TensorProtos. RawTensor does not check its data.
ProtoWriter RawTensor(std::string_view name, int data_type, const std::vector<int64_t>& dims,
                      std::string_view raw_data);
ProtoWriter FloatTensor(std::string_view name, const std::vector<int64_t>& dims,
                        const std::vector<float>& values);
ProtoWriter Int64Tensor(std::string_view name, const std::vector<int64_t>& dims,
                        const std::vector<int64_t>& values);
// A tensor of floats whose data are in another file, with these keys and values.
ProtoWriter ExternalTensor(std::string_view name, const std::vector<int64_t>& dims,
                           const std::vector<std::pair<std::string, std::string>>& entries);

// AttributeProtos.
ProtoWriter IntAttribute(std::string_view name, int64_t value);
ProtoWriter FloatAttribute(std::string_view name, float value);
ProtoWriter IntsAttribute(std::string_view name, const std::vector<int64_t>& values);
ProtoWriter FloatsAttribute(std::string_view name, const std::vector<float>& values);
ProtoWriter StringAttribute(std::string_view name, std::string_view value);
ProtoWriter TensorAttribute(std::string_view name, const ProtoWriter& tensor);
ProtoWriter GraphAttribute(std::string_view name, const ProtoWriter& graph);

// A dimension: a number, or a name.
using OnnxDim = std::variant<int64_t, std::string>;

struct OnnxNode {
  std::string op_type;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<ProtoWriter> attributes = {};
  std::string name = {};
  std::string domain = {};
};
ProtoWriter NodeProto(const OnnxNode& node);

// A model of IR version 8 and opset 17 unless changed; the parts are written in the order added.
class OnnxModelBuilder {
 public:
  OnnxModelBuilder& IrVersion(int64_t version);  // negative: leave it out
  OnnxModelBuilder& Opset(int64_t version, std::string_view domain = "");
  OnnxModelBuilder& Input(std::string_view name, int data_type, const std::vector<OnnxDim>& dims);
  OnnxModelBuilder& Output(std::string_view name, int data_type = kOnnxFloat);
  OnnxModelBuilder& Initializer(const ProtoWriter& tensor);
  OnnxModelBuilder& Node(const OnnxNode& node);
  // Any field of GraphProto or ModelProto.
  OnnxModelBuilder& GraphField(uint32_t field, std::string_view bytes);
  OnnxModelBuilder& ModelField(uint32_t field, std::string_view bytes);

  std::string Build() const;

 private:
  int64_t ir_version_ = 8;
  std::vector<ProtoWriter> opsets_;
  ProtoWriter graph_;
  ProtoWriter model_;
};

}  // namespace octet::testing

#endif  // OCTET_TESTS_SUPPORT_ONNX_BUILDER_H_
