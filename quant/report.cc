#include "quant/report.h"

#include "quant/weight_quantizer.h"

namespace octet::quant {
namespace {

int64_t StaticSize(const ir::Dim& dim) { return dim.is_static() ? dim.coefficient() : -1; }

// None when the tensor is known by its description only.
template <typename T>
std::vector<T> Elements(const ir::Tensor& tensor) {
  if (!tensor.has_data()) return {};
  return std::vector<T>(tensor.as<T>(), tensor.as<T>() + tensor.num_elements());
}

Result<LinearReport> ReportLinear(const ir::Op& op) {
  const bool quantized = op.kind() == ir::OpKind::kQLinear;
  const ir::Value& weight = *op.operand(quantized ? 3 : 1);
  LinearReport report;
  report.module_path = op.location().module_path;
  report.node = op.location().node;
  report.op = op.name();
  report.in_features = StaticSize(weight.shape()[0]);
  report.out_features = StaticSize(weight.shape()[1]);
  if (weight.constant() != nullptr) report.weight = *weight.constant();
  if (!quantized) return report;

  report.precision = weight.dtype() == ir::DType::kI8 ? Precision::kInt8 : Precision::kDebug;
  const ir::Tensor* scale = op.operand(4)->constant();
  const ir::Tensor* zero_point = op.operand(5)->constant();
  if (!report.weight || scale == nullptr || zero_point == nullptr) {
    return InvalidModel("a weight, its scale or its zero point is no constant");
  }
  report.weight_scale = Elements<float>(*scale);
  report.weight_zero_point = Elements<int32_t>(*zero_point);
  return report;
}

}  // namespace

std::string_view PrecisionName(Precision precision) {
  switch (precision) {
    case Precision::kFloat:
      return "fp32";
    case Precision::kInt8:
      return "int8";
    case Precision::kDebug:
      return "debug";
  }
  return "";
}

Result<ir::Tensor> LinearReport::DequantizedWeight() const {
  if (!weight) return InvalidArgument("the weight is no constant").AtModule(module_path);
  if (precision == Precision::kFloat) return *weight;
  Result<ir::Tensor> dequantized = Dequantize(*weight, weight_scale, weight_zero_point);
  if (!dequantized.ok()) return dequantized.status().AtModule(module_path);
  return dequantized;
}

Result<std::vector<LinearReport>> ReportLinears(const ir::Module& module) {
  std::vector<LinearReport> reports;
  for (const auto& op : module.ops()) {
    if (op->kind() != ir::OpKind::kLinear && op->kind() != ir::OpKind::kQLinear) continue;
    Result<LinearReport> report = ReportLinear(*op);
    if (!report.ok()) return op->Error(report.status());
    reports.push_back(*std::move(report));
  }
  return reports;
}

}  // namespace octet::quant
