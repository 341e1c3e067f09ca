#include "quant/report.h"

#include "ir/op_views.h"
#include "quant/quantize_dynamic.h"
#include "quant/weight_quantizer.h"

namespace octet::quant {
namespace {

int64_t StaticSize(const ir::Dim& dim) { return dim.is_static() ? dim.constant() : -1; }

// None when the tensor is known by its description only.
template <typename T>
std::vector<T> Elements(const ir::Tensor& tensor) {
  if (!tensor.has_data()) return {};
  return std::vector<T>(tensor.as<T>(), tensor.as<T>() + tensor.num_elements());
}

LinearReport ReportWeight(const ir::Op& op, const ir::Value& weight) {
  LinearReport report;
  report.module_path = op.location().module_path();
  report.node = op.location().node();
  report.op = op.name();
  report.in_features = StaticSize(weight.shape()[0]);
  report.out_features = StaticSize(weight.shape()[1]);
  if (weight.constant() != nullptr) report.weight = *weight.constant();
  return report;
}

LinearReport ReportLinear(const ir::Op& op, const ir::Value& weight) {
  LinearReport report = ReportWeight(op, weight);
  if (!report.weight) report.reason = "the weight is computed";
  if (report.in_features > kMaxQuantizedInputs) {
    report.reason = "more than " + std::to_string(kMaxQuantizedInputs) + " inputs";
  }
  return report;
}

Result<LinearReport> ReportQLinear(const ir::Op& op) {
  const ir::QLinearOp qlinear(op);
  LinearReport report = ReportWeight(op, *qlinear.weight());
  const bool is_int8 = qlinear.weight()->dtype() == ir::DType::kI8;
  report.precision = is_int8 ? Precision::kInt8 : Precision::kDebug;
  const ir::Tensor* scale = qlinear.weight_scale()->constant();
  const ir::Tensor* zero_point = qlinear.weight_zero_point()->constant();
  if (!report.weight || scale == nullptr || zero_point == nullptr) {
    return InvalidModel("a weight, its scale or its zero point is not a constant");
  }
  report.weight_scale = Elements<float>(*scale);
  report.weight_zero_point = Elements<int32_t>(*zero_point);
  return report;
}

}  // namespace

Result<ir::Tensor> LinearReport::DequantizedWeight() const {
  if (!weight) return InvalidArgument("the weight is not a constant").AtModule(module_path);
  if (precision == Precision::kFp32) return *weight;
  return Dequantize(*weight, weight_scale, weight_zero_point).AtModule(module_path);
}

Result<std::vector<LinearReport>> ReportLinears(const ir::Module& module) {
  std::vector<LinearReport> reports;
  for (const auto& op : module.ops()) {
    if (const auto linear = ir::As<ir::LinearOp>(*op)) {
      reports.push_back(ReportLinear(*op, *linear->weight()));
    } else if (op->kind() == ir::OpKind::kQLinear) {
      Result<LinearReport> report = ReportQLinear(*op);
      if (!report.ok()) return op->Error(report.status());
      reports.push_back(*std::move(report));
    }
  }
  return reports;
}

}  // namespace octet::quant
