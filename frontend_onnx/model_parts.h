// The protobuf messages of a model, parsed from the ranges in its index. Checks versions and names,
// but not what the nodes mean. Internal to the importer: uses protobuf types.
#ifndef OCTET_FRONTEND_ONNX_MODEL_PARTS_H_
#define OCTET_FRONTEND_ONNX_MODEL_PARTS_H_

#include <onnx/onnx_pb.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "frontend_onnx/model_index.h"

namespace octet::frontend_onnx {

struct ModelParts {
  std::map<std::string, int64_t> opsets;  // domain -> version; "" is ai.onnx
  std::vector<onnx::NodeProto> nodes;
  // Where each initializer lies; the weights are read when they are needed.
  std::vector<std::string> initializer_names;
  std::map<std::string_view, Range> initializers;  // keys point into initializer_names
  std::vector<onnx::ValueInfoProto> inputs;        // without initializers
  std::vector<onnx::ValueInfoProto> outputs;
};

// Errors: InvalidModel for parts that do not parse, for two initializers, inputs or outputs of one
// name and for a graph without outputs; ResourceLimit; Unsupported for versions outside limits.h
// and for sparse initializers.
Result<ModelParts> ParseModel(const ModelIndex& index, ByteSource* source);

// The tensor without its raw_data.
struct SplitTensorProto {
  onnx::TensorProto header;
  std::optional<Range> raw_data;
};
Result<SplitTensorProto> ParseTensor(ByteSource* source, Range range);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_MODEL_PARTS_H_
