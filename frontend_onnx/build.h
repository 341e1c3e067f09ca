// Small graph-building steps that converters share.
#ifndef OCTET_FRONTEND_ONNX_BUILD_H_
#define OCTET_FRONTEND_ONNX_BUILD_H_

#include <cstdint>
#include <vector>

#include "ir/rewriter.h"

namespace octet::frontend_onnx {

// An axis in [-rank, rank) as one in [0, rank). Errors: InvalidModel.
Result<int64_t> NormalizeAxis(int64_t axis, int64_t rank);
// The same for a list, in which none may repeat; sorted.
Result<std::vector<int64_t>> NormalizeAxes(const std::vector<int64_t>& axes, int64_t rank);

// Each of these returns x itself if nothing would change, otherwise the result of a new op.
Result<ir::Value*> ReshapeTo(ir::Rewriter* rewriter, ir::Value* x, ir::Shape shape);
Result<ir::Value*> CastTo(ir::Rewriter* rewriter, ir::Value* x, ir::DType dtype);
Result<ir::Value*> ExpandTo(ir::Rewriter* rewriter, ir::Value* x, ir::Shape shape);
// Swaps the last two axes.
Result<ir::Value*> TransposeMatrix(ir::Rewriter* rewriter, ir::Value* x);
// A scalar constant of the element type, which is a float type.
Result<ir::Value*> FloatScalar(ir::Rewriter* rewriter, ir::DType dtype, double value);

// The product of dims [begin, end). Errors: Unsupported when it overflows.
Result<ir::Dim> Product(const ir::Shape& shape, int64_t begin, int64_t end);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_BUILD_H_
