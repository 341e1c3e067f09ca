// Tensor files: one serialized TensorProto each, the layout of the ONNX backend tests
// ("input_0.pb").
#ifndef OCTET_FRONTEND_ONNX_TENSOR_FILE_H_
#define OCTET_FRONTEND_ONNX_TENSOR_FILE_H_

#include <string>

#include "ir/tensor.h"

namespace octet::frontend_onnx {

// Reads the tensor in a file. Errors name the file: NotFound, Io, InvalidModel for a file that is
// not a TensorProto, InvalidArgument for external data, Unsupported for its type, ResourceLimit,
// OutOfMemory. Thread-safe.
Result<ir::Tensor> ReadTensorFile(const std::string& path);

// The bytes of such a file. Errors: ResourceLimit above the 2 GB of a protobuf message,
// OutOfMemory. Thread-safe.
Result<std::string> SerializeTensor(const std::string& name, const ir::TensorView& tensor);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_TENSOR_FILE_H_
