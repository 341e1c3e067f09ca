// Shape functions of the quantization ops.
#include "ir/infer_util.h"

namespace octet::ir {

Status InferObserve(InferContext* context) {
  const std::string& role = context->attr<std::string>("role");
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, {DType::kF32}));
  if (role != "activation" && role != "weight") {
    return ShapeError(*context, "role is \"" + Printable(role) + "\", not activation or weight");
  }
  context->types[0] = context->type(0);
  return {};
}

Status InferQuantizeDynamic(InferContext* context) {
  const Type& x = context->type(0);
  const DType to = context->attr<DType>("to");
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, {DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 0, 1));
  if (to != DType::kU8 && to != DType::kF32) {
    return ShapeError(*context, "cannot quantize to " + std::string(DTypeName(to)) +
                                    ", only to u8 or (in debug mode) f32");
  }
  const Shape rows(x.shape.begin(), x.shape.end() - 1);
  context->types[0] = {to, x.shape};
  context->types[1] = {DType::kF32, rows};
  context->types[2] = {DType::kI32, rows};
  return {};
}

Status InferQLinear(InferContext* context) {
  const Type& q = context->type(0);
  const Type& weight = context->type(3);
  OCTET_RETURN_IF_ERROR(CheckActivation(*context));
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, {DType::kU8, DType::kF32}));
  OCTET_RETURN_IF_ERROR(
      CheckDType(*context, 3, {q.dtype == DType::kU8 ? DType::kI8 : DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 0, 1));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, 3, 2));
  if (q.shape.back() != weight.shape[0]) {
    return ShapeError(*context, "inner dimensions " + q.shape.back().ToString() + " and " +
                                    weight.shape[0].ToString() + " differ");
  }
  const Shape rows(q.shape.begin(), q.shape.end() - 1);
  const Shape channels = {weight.shape[1]};
  OCTET_RETURN_IF_ERROR(CheckType(*context, 1, "scale", {DType::kF32, rows}));
  OCTET_RETURN_IF_ERROR(CheckType(*context, 2, "zero point", {DType::kI32, rows}));
  OCTET_RETURN_IF_ERROR(CheckType(*context, 4, "weight scale", {DType::kF32, channels}));
  OCTET_RETURN_IF_ERROR(CheckType(*context, 5, "weight zero point", {DType::kI32, channels}));
  if (context->num_operands() > 6) {
    OCTET_RETURN_IF_ERROR(CheckType(*context, 6, "bias", {DType::kF32, channels}));
  }
  Shape shape = q.shape;
  shape.back() = weight.shape[1];
  if (context->num_operands() > 7) {
    OCTET_RETURN_IF_ERROR(CheckType(*context, 7, "the residual", {DType::kF32, shape}));
  }
  return SetType(context, DType::kF32, std::move(shape));
}

}  // namespace octet::ir
