#include "frontend_onnx/data_type.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace octet::frontend_onnx {
namespace {

struct Row {
  std::string_view name;
  std::optional<ir::DType> dtype;
};

// Indexed by TensorProto.DataType, up to IR version 14.
constexpr std::array<Row, 27> kRows = {{
    {"undefined", std::nullopt},      {"float", ir::DType::kF32},
    {"uint8", ir::DType::kU8},        {"int8", ir::DType::kI8},
    {"uint16", std::nullopt},         {"int16", std::nullopt},
    {"int32", ir::DType::kI32},       {"int64", ir::DType::kI64},
    {"string", std::nullopt},         {"bool", ir::DType::kBool},
    {"float16", ir::DType::kF16},     {"double", ir::DType::kF64},
    {"uint32", std::nullopt},         {"uint64", std::nullopt},
    {"complex64", std::nullopt},      {"complex128", std::nullopt},
    {"bfloat16", ir::DType::kBf16},   {"float8e4m3fn", std::nullopt},
    {"float8e4m3fnuz", std::nullopt}, {"float8e5m2", std::nullopt},
    {"float8e5m2fnuz", std::nullopt}, {"uint4", std::nullopt},
    {"int4", std::nullopt},           {"float4e2m1", std::nullopt},
    {"float8e8m0", std::nullopt},     {"uint2", std::nullopt},
    {"int2", std::nullopt},
}};

}  // namespace

Result<ir::DType> DTypeFromOnnx(int64_t data_type) {
  if (data_type <= 0 || data_type >= static_cast<int64_t>(kRows.size())) {
    return InvalidModel("no element type has the number " + std::to_string(data_type));
  }
  const Row& row = kRows[static_cast<size_t>(data_type)];
  if (!row.dtype) {
    return Unsupported("elements of type " + std::string(row.name) + " are not supported");
  }
  return *row.dtype;
}

int32_t OnnxFromDType(ir::DType dtype) {
  int32_t number = 1;
  while (kRows[static_cast<size_t>(number)].dtype != dtype) ++number;
  return number;
}

}  // namespace octet::frontend_onnx
