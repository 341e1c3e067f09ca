// Shape functions of the quantization ops.
#include "ir/infer/util.h"

namespace octet::ir {

Status InferObserve(InferContext* context) {
  const auto observe = context->as<ObserveOp>();
  OCTET_RETURN_IF_ERROR(CheckDType(*context, observe.x(), {DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckObserverSpec(observe.observer()));
  context->types[0] = observe.x()->type();
  return {};
}

Status InferQuantizeDynamic(InferContext* context) {
  const auto quantize = context->as<QuantizeDynamicOp>();
  OCTET_RETURN_IF_ERROR(CheckDType(*context, quantize.x(), {DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, quantize.x(), 1));
  if (quantize.to() != DType::kU8 && quantize.to() != DType::kF32) {
    return ShapeError(*context, "cannot quantize to " + std::string(DTypeName(quantize.to())) +
                                    ", only to u8 or (in debug mode) f32");
  }
  OCTET_RETURN_IF_ERROR(CheckObserverSpec(quantize.observer()));
  if (quantize.observer().role != ObserverRole::kActivation) {
    return ShapeError(*context, quantize.observer().ToString() + " is for weights");
  }
  const Shape& x = quantize.x()->shape();
  const Shape rows(x.begin(), x.end() - 1);
  context->types[QuantizeDynamicOp::ResultIndex("q")] = {quantize.to(), x};
  context->types[QuantizeDynamicOp::ResultIndex("scale")] = {DType::kF32, rows};
  context->types[QuantizeDynamicOp::ResultIndex("zero_point")] = {DType::kI32, rows};
  return {};
}

Status InferQLinear(InferContext* context) {
  const auto qlinear = context->as<QLinearOp>();
  const Type& x = qlinear.x()->type();
  const Type& weight = qlinear.weight()->type();
  OCTET_RETURN_IF_ERROR(CheckDType(*context, qlinear.x(), {DType::kU8, DType::kF32}));
  OCTET_RETURN_IF_ERROR(
      CheckDType(*context, qlinear.weight(), {x.dtype == DType::kU8 ? DType::kI8 : DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, qlinear.x(), 1));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, qlinear.weight(), 2));
  if (x.shape.back() != weight.shape[0]) {
    return ShapeError(*context, "inner dimensions " + x.shape.back().ToString() + " and " +
                                    weight.shape[0].ToString() + " differ");
  }
  const Shape rows(x.shape.begin(), x.shape.end() - 1);
  const Shape channels = {weight.shape[1]};
  const Type floats = {DType::kF32, channels};
  const Type integers = {DType::kI32, channels};
  OCTET_RETURN_IF_ERROR(CheckType(*context, qlinear.scale(), "scale", {DType::kF32, rows}));
  OCTET_RETURN_IF_ERROR(
      CheckType(*context, qlinear.zero_point(), "zero point", {DType::kI32, rows}));
  OCTET_RETURN_IF_ERROR(CheckType(*context, qlinear.weight_scale(), "weight scale", floats));
  OCTET_RETURN_IF_ERROR(
      CheckType(*context, qlinear.weight_zero_point(), "weight zero point", integers));
  OCTET_RETURN_IF_ERROR(CheckType(*context, qlinear.bias(), "bias", floats));
  Shape shape = x.shape;
  shape.back() = weight.shape[1];
  OCTET_RETURN_IF_ERROR(
      CheckType(*context, qlinear.residual(), "the residual", {DType::kF32, shape}));
  return SetType(context, DType::kF32, std::move(shape));
}

}  // namespace octet::ir
