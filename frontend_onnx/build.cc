#include "frontend_onnx/build.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace octet::frontend_onnx {

using ir::OpKind;

Result<int64_t> NormalizeAxis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank) {
    return InvalidModel("axis " + std::to_string(axis) + " of a value of rank " +
                        std::to_string(rank));
  }
  return axis < 0 ? axis + rank : axis;
}

Result<std::vector<int64_t>> NormalizeAxes(const std::vector<int64_t>& axes, int64_t rank) {
  std::vector<int64_t> normalized;
  for (const int64_t axis : axes) {
    OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, rank));
    normalized.push_back(positive);
  }
  std::ranges::sort(normalized);
  if (std::ranges::adjacent_find(normalized) != normalized.end()) {
    return InvalidModel("an axis is given twice");
  }
  return normalized;
}

Result<ir::Value*> ReshapeTo(ir::Rewriter* rewriter, ir::Value* x, ir::Shape shape) {
  if (x->shape() == shape) return x;
  return rewriter->CreateValue(OpKind::kReshape, {x}, {{"shape", std::move(shape)}});
}

Result<ir::Value*> CastTo(ir::Rewriter* rewriter, ir::Value* x, ir::DType dtype) {
  if (x->dtype() == dtype) return x;
  return rewriter->CreateValue(OpKind::kCast, {x}, {{"to", dtype}});
}

Result<ir::Value*> ExpandTo(ir::Rewriter* rewriter, ir::Value* x, ir::Shape shape) {
  if (x->shape() == shape) return x;
  return rewriter->CreateValue(OpKind::kExpand, {x}, {{"shape", std::move(shape)}});
}

Result<ir::Value*> TransposeMatrix(ir::Rewriter* rewriter, ir::Value* x) {
  if (x->rank() < 2) return InvalidModel("a matrix of rank " + std::to_string(x->rank()));
  std::vector<int64_t> perm(static_cast<size_t>(x->rank()));
  std::iota(perm.begin(), perm.end(), int64_t{0});
  std::swap(perm[perm.size() - 2], perm.back());
  return rewriter->CreateValue(OpKind::kTranspose, {x}, {{"perm", std::move(perm)}});
}

Result<ir::Value*> FloatScalar(ir::Rewriter* rewriter, ir::DType dtype, double value) {
  if (dtype == ir::DType::kF64) {
    return rewriter->Constant(ir::Tensor::FromVector<double>(dtype, {}, {value}));
  }
  OCTET_ASSIGN_OR_RETURN(ir::Value * scalar, rewriter->Scalar(static_cast<float>(value)));
  return CastTo(rewriter, scalar, dtype);
}

Result<ir::Dim> Product(const ir::Shape& shape, int64_t begin, int64_t end) {
  ir::Dim product = 1;
  for (int64_t i = begin; i < end; ++i) {
    const std::optional<ir::Dim> next = product.Times(shape[static_cast<size_t>(i)]);
    if (!next) return Unsupported("the product of " + ToString(shape) + " overflows");
    product = *next;
  }
  return product;
}

}  // namespace octet::frontend_onnx
