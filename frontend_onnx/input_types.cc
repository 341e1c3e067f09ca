#include "frontend_onnx/input_types.h"

#include <onnx/onnx_pb.h>

#include <algorithm>

#include "frontend_onnx/data_type.h"
#include "frontend_onnx/limits.h"

namespace octet::frontend_onnx {
namespace {

bool IsBatchOfSequences(const onnx::TypeProto::Tensor& type) {
  return type.shape().dim_size() == 2 && (type.elem_type() == onnx::TensorProto::INT64 ||
                                          type.elem_type() == onnx::TensorProto::INT32);
}

// Letters, digits and underscores, not starting with a digit.
std::string Identifier(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (out.empty() && !letter) out = "d_";
    out += digit || letter ? c : '_';
  }
  return out.empty() ? "d" : out;
}

}  // namespace

void InputTypes::Learn(const onnx::ValueInfoProto& input) {
  const onnx::TypeProto::Tensor& type = input.type().tensor_type();
  if (!IsBatchOfSequences(type)) return;
  const char* const symbols[] = {"b", "s"};
  for (int axis = 0; axis < 2; ++axis) {
    const std::string& name = type.shape().dim(axis).dim_param();
    if (!name.empty()) symbols_.emplace(name, symbols[axis]);
  }
}

ir::Dim InputTypes::SymbolFor(const std::string& name) {
  auto [entry, is_new] = symbols_.emplace(name, "");
  if (is_new) {
    std::string symbol = Identifier(name);
    while (!taken_.insert(symbol).second) symbol += "_";
    entry->second = symbol;
  }
  return ir::Dim::Symbol(entry->second);
}

Result<ir::Type> InputTypes::TypeOf(const onnx::ValueInfoProto& input) {
  if (!input.type().has_tensor_type()) {
    return Unsupported("a graph input that is no tensor").AtTensor(input.name());
  }
  const onnx::TypeProto::Tensor& tensor = input.type().tensor_type();
  if (!tensor.has_shape()) {
    return Unsupported("a graph input of unknown rank").AtTensor(input.name());
  }
  if (static_cast<size_t>(tensor.shape().dim_size()) > kMaxRank) {
    return Unsupported("a graph input of rank " + std::to_string(tensor.shape().dim_size()))
        .AtTensor(input.name());
  }
  ir::Type type;
  auto dtype = DTypeFromOnnx(tensor.elem_type());
  if (!dtype.ok()) return dtype.status().AtTensor(input.name());
  type.dtype = *dtype;
  const bool is_batch = IsBatchOfSequences(tensor);
  for (int axis = 0; axis < tensor.shape().dim_size(); ++axis) {
    const onnx::TensorShapeProto::Dimension& dim = tensor.shape().dim(axis);
    if (dim.has_dim_value()) {
      if (dim.dim_value() < 0 || dim.dim_value() > kMaxDim) {
        return InvalidModel("dimension " + std::to_string(dim.dim_value()) + " is outside [0, " +
                            std::to_string(kMaxDim) + "]")
            .AtTensor(input.name());
      }
      type.shape.emplace_back(dim.dim_value());
    } else if (is_batch) {
      type.shape.push_back(ir::Dim::Symbol(axis == 0 ? "b" : "s"));
    } else if (!dim.dim_param().empty()) {
      type.shape.push_back(SymbolFor(dim.dim_param()));
    } else {
      type.shape.push_back(SymbolFor(input.name() + "_" + std::to_string(axis)));
    }
  }
  return type;
}

}  // namespace octet::frontend_onnx
