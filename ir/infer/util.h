// What the shape functions of this folder share: checks with uniform error messages, and arithmetic
// on dimensions. All are pure functions.
#ifndef OCTET_IR_INFER_UTIL_H_
#define OCTET_IR_INFER_UTIL_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "ir/dim_bounds.h"
#include "ir/infer/shape_inference.h"

namespace octet::ir {

// InvalidModel or Unsupported: "matmul of f32[b,s,64] and f32[32,64]: why".
Status ShapeError(const InferContext& context, std::string_view why);
Status UnsupportedShape(const InferContext& context, std::string_view why);

// ShapeError unless 0 <= axis < rank. IR axes are never negative; the importer normalizes them.
Status CheckAxis(const InferContext& context, int64_t axis, int64_t rank);
// ShapeError unless `attribute` (axis numbers) names distinct axes of a tensor of that rank.
Status CheckAxes(const InferContext& context, std::string_view attribute, int64_t rank);
// ShapeError unless the operand has one of the dtypes.
Status CheckDType(const InferContext& context, int operand, std::initializer_list<DType> allowed);
// ShapeError unless the operand has exactly this type; `what` names the operand in the message.
Status CheckType(const InferContext& context, int operand, std::string_view what,
                 const Type& expected);
// ShapeError unless the "epsilon" attribute is finite and not negative.
Status CheckEpsilon(const InferContext& context);
Status CheckRank(const InferContext& context, int operand, int64_t rank);
Status CheckMinRank(const InferContext& context, int operand, int64_t rank);

// The same for an operand given as a value. An absent operand passes.
Status CheckDType(const InferContext& context, const Value* operand,
                  std::initializer_list<DType> allowed);
Status CheckType(const InferContext& context, const Value* operand, std::string_view what,
                 const Type& expected);
Status CheckRank(const InferContext& context, const Value* operand, int64_t rank);
Status CheckMinRank(const InferContext& context, const Value* operand, int64_t rank);

// Sets the type of the only result.
Status SetType(InferContext* context, DType dtype, Shape shape);

// BroadcastShapes with the operands' types in the error.
Result<Shape> BroadcastOperands(const InferContext& context, const Shape& a, const Shape& b);

// Whether two dims that an op needs to be equal are equal. When that depends on the symbols, the
// pair goes to context.undecided.
bool SameDim(const InferContext& context, const Dim& a, const Dim& b);
// UnsupportedShape: a dim exceeds the limits of ir/dim.h.
Status TooLarge(const InferContext& context, std::string_view what);

// The number of elements, if a tensor of this type may have contents: i64, i32 or bool, rank 0 or
// 1, a static number of elements up to kMaxContents. nullopt otherwise.
std::optional<int64_t> ContentsSize(const Type& type);

}  // namespace octet::ir

#endif  // OCTET_IR_INFER_UTIL_H_
