// Where the parts of a model lie in its file. Made in one cheap pass over the wire format that
// counts entries against limits.h, before protobuf builds any object.
#ifndef OCTET_FRONTEND_ONNX_MODEL_INDEX_H_
#define OCTET_FRONTEND_ONNX_MODEL_INDEX_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend_onnx/wire.h"

namespace octet::frontend_onnx {

struct ModelIndex {
  std::optional<int64_t> ir_version;
  std::vector<Range> opset_imports;  // OperatorSetIdProto
  bool has_graph = false;
  std::vector<Range> nodes;         // NodeProto
  std::vector<Range> initializers;  // TensorProto
  std::vector<Range> inputs;        // ValueInfoProto
  std::vector<Range> outputs;       // ValueInfoProto
  bool has_sparse_initializers = false;
};

// Errors: InvalidModel for bytes that are not a protobuf message or have two graphs, ResourceLimit.
Result<ModelIndex> IndexModel(ByteSource* source);

// A TensorProto without its raw_data. raw_data may be most of the file, so it is not copied here.
struct TensorParts {
  std::string header;  // serialized TensorProto without raw_data
  std::optional<Range> raw_data;
};
Result<TensorParts> SplitTensor(ByteSource* source, Range tensor);
// The name of a TensorProto; "" when it has none.
Result<std::string> ReadTensorName(ByteSource* source, Range tensor);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_MODEL_INDEX_H_
