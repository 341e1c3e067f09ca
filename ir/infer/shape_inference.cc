#include "ir/infer/shape_inference.h"

#include <algorithm>

#include "ir/infer/util.h"

namespace octet::ir {
namespace {

using InferFunction = Status (*)(InferContext*);

// Indexed by OpKind.
constexpr InferFunction kInferFunctions[] = {
#define OCTET_OP(Name, ...) Infer##Name,
#include "ir/ops.def"
#undef OCTET_OP
};

// Checks the limit of a type that has no elements for any values of its symbols.
Status CheckEmpty(const InferContext& context, const Type& type) {
  if (std::ranges::find(type.shape, Dim(0)) == type.shape.end()) return {};
  const auto product = ProductWithoutZeros(type.shape);
  if (product && *product <= kMaxEmptyTensor) return {};
  return ResourceLimit(std::string(GetOpInfo(context.kind).name) + ": the result " +
                       type.ToString() + " has no elements, and its other dimensions may be " +
                       std::to_string(kMaxEmptyTensor) + " in all");
}

// Refuses a shape that is negative or has more than 2^63 bytes; a hostile file may ask for it.
Status CheckResult(const InferContext& context, const Type& type) {
  for (const Dim& dim : type.shape) {
    if (IsNegative(dim)) {
      return ShapeError(context, "the result " + type.ToString() + " has a negative dimension");
    }
  }
  OCTET_RETURN_IF_ERROR(CheckEmpty(context, type));
  const auto elements = NumElements(type.shape);
  if (!elements || !elements->Times(static_cast<int64_t>(DTypeSize(type.dtype)))) {
    return ResourceLimit(std::string(GetOpInfo(context.kind).name) + ": the result " +
                         type.ToString() + " has more than 2^63 bytes");
  }
  return {};
}

}  // namespace

Status InferTypes(InferContext* context) {
  const auto results = static_cast<size_t>(GetOpInfo(context->kind).num_results);
  context->types.assign(results, Type());
  context->contents.assign(results, std::nullopt);
  OCTET_RETURN_IF_ERROR(kInferFunctions[static_cast<size_t>(context->kind)](context));
  for (const Type& type : context->types) OCTET_RETURN_IF_ERROR(CheckResult(*context, type));
  return {};
}

Result<Shape> BroadcastShapes(const Shape& a, const Shape& b,
                              std::optional<UndecidedDims>* undecided) {
  const size_t rank = std::max(a.size(), b.size());
  Shape shape(rank);
  for (size_t i = 0; i < rank; ++i) {
    // Axis i of the result, counted from the right; axes that do not exist count as 1.
    const Dim x = i < a.size() ? a[a.size() - 1 - i] : Dim(1);
    const Dim y = i < b.size() ? b[b.size() - 1 - i] : Dim(1);
    if (x != y && x != Dim(1) && y != Dim(1)) {
      if (undecided != nullptr && !*undecided && !IsEqual(x, y)) *undecided = {x, y};
      return InvalidModel(ToString(a) + " and " + ToString(b) +
                          " do not broadcast: " + x.ToString() + " against " + y.ToString());
    }
    shape[rank - 1 - i] = x == Dim(1) ? y : x;
  }
  return shape;
}

}  // namespace octet::ir
