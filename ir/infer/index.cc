// Shape functions of the ops that pick or place single elements.
#include <algorithm>

#include "ir/dim_bounds.h"
#include "ir/infer/util.h"

namespace octet::ir {
namespace {

Status CheckIndexDType(const InferContext& context, int operand) {
  return CheckDType(context, operand, {DType::kI64, DType::kI32});
}

// Checks the indices of gather_elements and scatter_elements: they have x's rank and are not longer
// than x on any other axis. The run checks a symbol against a number or another symbol.
Status CheckElementIndices(const InferContext& context, int64_t axis) {
  const Type& x = context.type(0);
  const Type& indices = context.type(1);
  OCTET_RETURN_IF_ERROR(CheckIndexDType(context, 1));
  OCTET_RETURN_IF_ERROR(CheckAxis(context, axis, x.rank()));
  OCTET_RETURN_IF_ERROR(CheckRank(context, 1, x.rank()));
  for (size_t i = 0; i < x.shape.size(); ++i) {
    const Dim& have = x.shape[i];
    const Dim& want = indices.shape[i];
    const bool comparable = have.is_static() && want.is_static();
    if (static_cast<int64_t>(i) != axis && comparable && want.constant() > have.constant()) {
      return ShapeError(context, "the indices are longer than axis " + std::to_string(i));
    }
  }
  return {};
}

Status SameDType(const InferContext& context, int operand) {
  if (context.type(operand).dtype == context.type(0).dtype) return {};
  return ShapeError(context, "the operands' element types differ");
}

// One position for each row along `axis`, which stays as an axis of size 1.
Status ArgExtreme(InferContext* context) {
  const Type& x = context->type(0);
  const int64_t axis = context->attr<int64_t>("axis");
  OCTET_RETURN_IF_ERROR(CheckDType(
      *context, 0, {DType::kF32, DType::kF64, DType::kI64, DType::kI32, DType::kI8, DType::kU8}));
  OCTET_RETURN_IF_ERROR(CheckAxis(*context, axis, x.rank()));
  Shape shape = x.shape;
  if (shape[static_cast<size_t>(axis)] == Dim(0)) {
    return ShapeError(*context,
                      "the axis is empty, so it does not have a greatest or least element");
  }
  shape[static_cast<size_t>(axis)] = 1;
  return SetType(context, DType::kI64, std::move(shape));
}

}  // namespace

Status InferGatherElements(InferContext* context) {
  OCTET_RETURN_IF_ERROR(CheckElementIndices(*context, context->attr<int64_t>("axis")));
  return SetType(context, context->type(0).dtype, context->type(1).shape);
}

Status InferScatterElements(InferContext* context) {
  OCTET_RETURN_IF_ERROR(CheckElementIndices(*context, context->attr<int64_t>("axis")));
  OCTET_RETURN_IF_ERROR(CheckType(*context, 2, "the tensor of updates",
                                  {context->type(0).dtype, context->type(1).shape}));
  context->types[0] = context->type(0);
  return {};
}

Status InferScatterNd(InferContext* context) {
  const Type& x = context->type(0);
  const Type& indices = context->type(1);
  OCTET_RETURN_IF_ERROR(CheckIndexDType(*context, 1));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 1, 1));
  const Dim& depth = indices.shape.back();
  if (!depth.is_static()) return UnsupportedShape(*context, "the length of an index is symbolic");
  if (depth.constant() < 1 || depth.constant() > x.rank()) {
    return ShapeError(*context,
                      "an index of length " + depth.ToString() + " does not fit the rank");
  }
  Shape updates(indices.shape.begin(), indices.shape.end() - 1);
  updates.insert(updates.end(), x.shape.begin() + depth.constant(), x.shape.end());
  OCTET_RETURN_IF_ERROR(
      CheckType(*context, 2, "the tensor of updates", {x.dtype, std::move(updates)}));
  context->types[0] = x;
  return {};
}

Status InferPad(InferContext* context) {
  const Type& x = context->type(0);
  const Shape& begins = context->attr<Shape>("begins");
  const Shape& ends = context->attr<Shape>("ends");
  OCTET_RETURN_IF_ERROR(SameDType(*context, 1));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, 1, 0));
  if (begins.size() != x.shape.size() || ends.size() != x.shape.size()) {
    return ShapeError(*context, "begins and ends need one number for each axis");
  }
  Shape shape = x.shape;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (!IsNonNegative(begins[i]) || !IsNonNegative(ends[i])) {
      return ShapeError(*context, "a pad is negative or may be negative");
    }
    const auto begun = shape[i].Plus(begins[i]);
    const auto sum = begun ? begun->Plus(ends[i]) : std::nullopt;
    if (!sum) {
      return UnsupportedShape(*context, "the size " + begins[i].ToString() + " + " +
                                            shape[i].ToString() + " + " + ends[i].ToString() +
                                            " is too large an expression");
    }
    shape[i] = *sum;
  }
  return SetType(context, x.dtype, std::move(shape));
}

Status InferArgMax(InferContext* context) { return ArgExtreme(context); }
Status InferArgMin(InferContext* context) { return ArgExtreme(context); }

Status InferTopK(InferContext* context) {
  const Type& x = context->type(0);
  const int64_t axis = context->attr<int64_t>("axis");
  const int64_t k = context->attr<int64_t>("k");
  OCTET_RETURN_IF_ERROR(CheckDType(
      *context, 0, {DType::kF32, DType::kF64, DType::kI64, DType::kI32, DType::kI8, DType::kU8}));
  OCTET_RETURN_IF_ERROR(CheckAxis(*context, axis, x.rank()));
  Shape shape = x.shape;
  Dim& size = shape[static_cast<size_t>(axis)];
  if (k < 0 || (size.is_static() && k > size.constant())) {
    return ShapeError(*context, "k is " + std::to_string(k) + ", but the axis has " +
                                    size.ToString() + " elements");
  }
  size = k;
  return SetType(context, DType::kI64, std::move(shape));
}

}  // namespace octet::ir
