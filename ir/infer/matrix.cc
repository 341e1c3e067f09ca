// Shape functions of matrix products, normalizations and reductions.
#include <algorithm>

#include "ir/infer/util.h"

namespace octet::ir {
namespace {

constexpr auto kFloats = {DType::kF32, DType::kF16, DType::kF64};
constexpr auto kNumbers = {DType::kF32, DType::kF16, DType::kF64, DType::kI64,
                           DType::kI32, DType::kI8,  DType::kU8};

// Sets the shape of a reduction: the axes that remain, or with `keepdims` all axes, the reduced
// ones of size 1.
Status Reduce(InferContext* context, std::initializer_list<DType> allowed) {
  const Type& x = context->type(0);
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, allowed));
  OCTET_RETURN_IF_ERROR(CheckAxes(*context, "axes", x.rank()));
  const auto& axes = context->attr<std::vector<int64_t>>("axes");
  const bool keep = context->attr<int64_t>("keepdims") == 1;
  Shape shape;
  for (int64_t i = 0; i < x.rank(); ++i) {
    const bool reduced = std::find(axes.begin(), axes.end(), i) != axes.end();
    if (!reduced) {
      shape.push_back(x.shape[static_cast<size_t>(i)]);
    } else if (keep) {
      shape.emplace_back(1);
    }
  }
  return SetType(context, x.dtype, std::move(shape));
}

}  // namespace

// As numpy.matmul: a vector on the left is one row, on the right one column; that axis is dropped.
Status InferMatMul(InferContext* context) {
  const Type& a = context->type(0);
  const Type& b = context->type(1);
  OCTET_RETURN_IF_ERROR(
      CheckDType(*context, 0, {DType::kF32, DType::kF16, DType::kF64, DType::kI64, DType::kI32}));
  if (a.dtype != b.dtype) return ShapeError(*context, "the operands' element types differ");
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 0, 1));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 1, 1));
  const Dim& inner_a = a.shape.back();
  const Dim& inner_b = b.rank() == 1 ? b.shape[0] : b.shape[b.shape.size() - 2];
  if (!SameDim(*context, inner_a, inner_b)) {
    return ShapeError(*context, "inner dimensions " + inner_a.ToString() + " and " +
                                    inner_b.ToString() + " differ");
  }
  const auto batch = [](const Shape& shape) {
    return shape.size() < 2 ? Shape() : Shape(shape.begin(), shape.end() - 2);
  };
  OCTET_ASSIGN_OR_RETURN(Shape shape, BroadcastOperands(*context, batch(a.shape), batch(b.shape)));
  if (a.rank() > 1) shape.push_back(a.shape[a.shape.size() - 2]);
  if (b.rank() > 1) shape.push_back(b.shape.back());
  return SetType(context, a.dtype, std::move(shape));
}

Status InferSoftmax(InferContext* context) {
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, kFloats));
  OCTET_RETURN_IF_ERROR(
      CheckAxis(*context, context->attr<int64_t>("axis"), context->type(0).rank()));
  context->types[0] = context->type(0);
  return {};
}

Status InferReduceMean(InferContext* context) { return Reduce(context, kFloats); }
Status InferReduceSum(InferContext* context) { return Reduce(context, kNumbers); }
Status InferReduceProd(InferContext* context) { return Reduce(context, kNumbers); }
Status InferReduceMax(InferContext* context) { return Reduce(context, kNumbers); }
Status InferReduceMin(InferContext* context) { return Reduce(context, kNumbers); }

Status InferLayerNorm(InferContext* context) {
  const Type& x = context->type(0);
  const int64_t axis = context->attr<int64_t>("axis");
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, kFloats));
  OCTET_RETURN_IF_ERROR(CheckAxis(*context, axis, x.rank()));
  OCTET_RETURN_IF_ERROR(CheckEpsilon(*context));
  const Type normalized = {x.dtype, Shape(x.shape.begin() + axis, x.shape.end())};
  const auto norm = context->as<LayerNormOp>();
  OCTET_RETURN_IF_ERROR(CheckType(*context, norm.gamma(), "gamma", normalized));
  OCTET_RETURN_IF_ERROR(CheckType(*context, norm.beta(), "beta", normalized));
  context->types[0] = x;
  return {};
}

}  // namespace octet::ir
