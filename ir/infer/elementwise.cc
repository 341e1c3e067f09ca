// Shape functions of the elementwise ops.
#include "ir/infer/contents.h"
#include "ir/infer/util.h"

namespace octet::ir {
namespace {

constexpr auto kFloats = {DType::kF32, DType::kF16, DType::kF64};
constexpr auto kNumbers = {DType::kF32, DType::kF16, DType::kF64, DType::kI64,
                           DType::kI32, DType::kI8,  DType::kU8};
constexpr auto kSigned = {DType::kF32, DType::kF16, DType::kF64,
                          DType::kI64, DType::kI32, DType::kI8};
constexpr auto kAny = {DType::kF32, DType::kF16, DType::kF64, DType::kI64,
                       DType::kI32, DType::kI8,  DType::kU8,  DType::kBool};
constexpr auto kBools = {DType::kBool};

Status SameDTypes(const InferContext& context, int a, int b) {
  if (context.type(a).dtype == context.type(b).dtype) return {};
  return ShapeError(context, "the operands' element types differ");
}

Status Binary(InferContext* context, std::initializer_list<DType> allowed, bool compares) {
  OCTET_RETURN_IF_ERROR(SameDTypes(*context, 0, 1));
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, allowed));
  OCTET_ASSIGN_OR_RETURN(
      Shape shape, BroadcastOperands(*context, context->type(0).shape, context->type(1).shape));
  OCTET_RETURN_IF_ERROR(
      SetType(context, compares ? DType::kBool : context->type(0).dtype, std::move(shape)));
  return InferElementwiseContents(context);
}

Status Arithmetic(InferContext* context) { return Binary(context, kNumbers, false); }
Status Compare(InferContext* context) { return Binary(context, kNumbers, true); }
Status Logical(InferContext* context) { return Binary(context, kBools, true); }

Status Unary(InferContext* context, std::initializer_list<DType> allowed) {
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, allowed));
  context->types[0] = context->type(0);
  return InferElementwiseContents(context);
}

}  // namespace

Status InferAdd(InferContext* context) { return Arithmetic(context); }
Status InferSub(InferContext* context) { return Arithmetic(context); }
Status InferMul(InferContext* context) { return Arithmetic(context); }
Status InferDiv(InferContext* context) { return Arithmetic(context); }
Status InferMin(InferContext* context) { return Arithmetic(context); }
Status InferMax(InferContext* context) { return Arithmetic(context); }

Status InferEqual(InferContext* context) { return Binary(context, kAny, true); }
Status InferGreater(InferContext* context) { return Compare(context); }
Status InferGreaterOrEqual(InferContext* context) { return Compare(context); }
Status InferLess(InferContext* context) { return Compare(context); }
Status InferLessOrEqual(InferContext* context) { return Compare(context); }
Status InferAnd(InferContext* context) { return Logical(context); }
Status InferOr(InferContext* context) { return Logical(context); }

// The result has the base's dtype; the exponent may have another, as in ONNX.
Status InferPow(InferContext* context) {
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, kNumbers));
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 1, kNumbers));
  OCTET_ASSIGN_OR_RETURN(
      Shape shape, BroadcastOperands(*context, context->type(0).shape, context->type(1).shape));
  return SetType(context, context->type(0).dtype, std::move(shape));
}

Status InferWhere(InferContext* context) {
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, kBools));
  OCTET_RETURN_IF_ERROR(SameDTypes(*context, 1, 2));
  OCTET_ASSIGN_OR_RETURN(
      Shape shape, BroadcastOperands(*context, context->type(1).shape, context->type(2).shape));
  OCTET_ASSIGN_OR_RETURN(shape, BroadcastOperands(*context, context->type(0).shape, shape));
  OCTET_RETURN_IF_ERROR(SetType(context, context->type(1).dtype, std::move(shape)));
  return InferElementwiseContents(context);
}

Status InferMod(InferContext* context) { return Arithmetic(context); }

Status InferNot(InferContext* context) { return Unary(context, kBools); }
Status InferNeg(InferContext* context) { return Unary(context, kSigned); }
Status InferAbs(InferContext* context) { return Unary(context, kNumbers); }
Status InferRelu(InferContext* context) { return Unary(context, kNumbers); }
Status InferSign(InferContext* context) { return Unary(context, kNumbers); }
Status InferCeil(InferContext* context) { return Unary(context, kFloats); }
Status InferFloor(InferContext* context) { return Unary(context, kFloats); }
Status InferRound(InferContext* context) { return Unary(context, kFloats); }
Status InferSqrt(InferContext* context) { return Unary(context, kFloats); }
Status InferReciprocal(InferContext* context) { return Unary(context, kFloats); }
Status InferExp(InferContext* context) { return Unary(context, kFloats); }
Status InferErf(InferContext* context) { return Unary(context, kFloats); }
Status InferTanh(InferContext* context) { return Unary(context, kFloats); }
Status InferLog(InferContext* context) { return Unary(context, kFloats); }
Status InferSin(InferContext* context) { return Unary(context, kFloats); }
Status InferCos(InferContext* context) { return Unary(context, kFloats); }
Status InferAtan(InferContext* context) { return Unary(context, kFloats); }
Status InferGelu(InferContext* context) { return Unary(context, kFloats); }

Status InferIsNan(InferContext* context) {
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, kFloats));
  return SetType(context, DType::kBool, context->type(0).shape);
}

Status InferCast(InferContext* context) {
  const DType to = context->attr<DType>("to");
  OCTET_RETURN_IF_ERROR(SetType(context, to, context->type(0).shape));
  const Contents* contents = context->operands[0]->contents();
  if (!contents) return {};
  Contents result;
  for (const Dim& element : *contents) {
    const auto cast = CastElement(to, element);
    if (!cast) return {};
    result.push_back(*cast);
  }
  context->contents[0] = std::move(result);
  return {};
}

}  // namespace octet::ir
