// ONNX element types (TensorProto.DataType) as octet's.
#ifndef OCTET_FRONTEND_ONNX_DATA_TYPE_H_
#define OCTET_FRONTEND_ONNX_DATA_TYPE_H_

#include <cstdint>

#include "ir/type.h"

namespace octet::frontend_onnx {

// Errors: Unsupported for a type that ONNX has and octet does not, InvalidModel for a number that
// is not a type.
Result<ir::DType> DTypeFromOnnx(int64_t data_type);
int32_t OnnxFromDType(ir::DType dtype);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_DATA_TYPE_H_
