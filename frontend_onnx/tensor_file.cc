#include "frontend_onnx/tensor_file.h"

#include <onnx/onnx_pb.h>

#include <new>

#include "base/out_of_memory.h"
#include "frontend_onnx/byte_source.h"
#include "frontend_onnx/data_type.h"
#include "frontend_onnx/limits.h"
#include "frontend_onnx/model_parts.h"
#include "frontend_onnx/tensor_data.h"

namespace octet::frontend_onnx {
namespace {

Result<ir::Tensor> Read(const std::string& path) {
  OCTET_ASSIGN_OR_RETURN(const auto source, OpenSource(path, kMaxModelFileBytes));
  OCTET_ASSIGN_OR_RETURN(const SplitTensorProto tensor,
                         ParseTensor(source.get(), {0, source->size()}));
  // Refuses external data: a test tensor has no reason to point elsewhere.
  ExternalData external(std::nullopt);
  return TensorLoader(source.get(), &external, kMaxWeightBytes)
      .Load(tensor.header, tensor.raw_data);
}

}  // namespace

Result<ir::Tensor> ReadTensorFile(const std::string& path) {
  Result<ir::Tensor> tensor = CatchBadAlloc("no memory for the tensor", [&] { return Read(path); });
  if (!tensor.ok()) return tensor.status().InFile(path);
  return tensor;
}

Result<std::string> SerializeTensor(const std::string& name, const ir::TensorView& tensor) {
  OCTET_ASSIGN_OR_RETURN(const int64_t size, ir::CheckedByteSize(tensor.dims, tensor.dtype));
  try {
    onnx::TensorProto proto;
    proto.mutable_dims()->Assign(tensor.dims.begin(), tensor.dims.end());
    proto.set_data_type(OnnxFromDType(tensor.dtype));
    proto.set_name(name);
    // 16 bytes are enough for the tag and the length of the data.
    const uint64_t total = proto.ByteSizeLong() + static_cast<uint64_t>(size) + 16;
    if (total > kMaxModelFileBytes) {
      return ResourceLimit("a tensor of " + std::to_string(size) +
                           " bytes is too large for one file");
    }
    proto.set_raw_data(tensor.data, static_cast<size_t>(size));
    return proto.SerializeAsString();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("no memory to write " + std::to_string(size) + " bytes");
  }
}

}  // namespace octet::frontend_onnx
