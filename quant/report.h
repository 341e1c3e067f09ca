// What quantization did to each linear of a module, by module path: `octet inspect` prints it.
#ifndef OCTET_QUANT_REPORT_H_
#define OCTET_QUANT_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/graph.h"
#include "quant/precision.h"

namespace octet::quant {

// One linear or qlinear. Its tensors share the module's bytes and may outlive the module.
struct LinearReport {
  std::string module_path;
  std::string node;          // the ONNX node
  std::string_view op;       // "linear", "qlinear"
  int64_t in_features = 0;   // k; -1 when the weight is not a constant and k is symbolic
  int64_t out_features = 0;  // n; -1 likewise
  Precision precision = Precision::kFp32;
  // Why a linear cannot be quantized; empty where it can be, though a qconfig may leave it in
  // float.
  std::string reason;
  // [k, n] as it is stored: f32, i8, or f32 integers. nullopt when it is not a constant.
  std::optional<ir::Tensor> weight;
  std::vector<float> weight_scale;         // [n]; empty for a float linear, and when the module
  std::vector<int32_t> weight_zero_point;  // was parsed from a dump without their numbers

  // The weight that the product stands for, f32[k, n]: (q - zero point) * scale, or the weight of a
  // float linear. InvalidArgument when the weight is not a constant, or its data is not there.
  Result<ir::Tensor> DequantizedWeight() const;
};

// In execution order. InvalidModel when a qlinear's weight, scale or zero point is not a constant.
Result<std::vector<LinearReport>> ReportLinears(const ir::Module& module);

}  // namespace octet::quant

#endif  // OCTET_QUANT_REPORT_H_
