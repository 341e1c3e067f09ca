#include "ir/infer/util.h"

#include <algorithm>
#include <cmath>

namespace octet::ir {
namespace {

std::string Describe(const InferContext& context, std::string_view why) {
  std::string text(GetOpInfo(context.kind).name);
  // Concat may have a thousand operands; the first eight identify it.
  constexpr int kMaxNamed = 8;
  const int named = std::min(context.num_operands(), kMaxNamed);
  for (int i = 0; i < named; ++i) {
    text += i == 0 ? " of " : i + 1 == context.num_operands() ? " and " : ", ";
    const Value* operand = context.operands[static_cast<size_t>(i)];
    text += operand == nullptr ? "none" : operand->type().ToString();
  }
  if (named < context.num_operands()) text += " ...";
  text += ": ";
  text += why;
  return text;
}

// The first slot that holds `operand`. A check of it holds for the other slots too.
int SlotOf(const InferContext& context, const Value* operand) {
  return static_cast<int>(std::ranges::find(context.operands, operand) - context.operands.begin());
}

}  // namespace

Status ShapeError(const InferContext& context, std::string_view why) {
  return InvalidModel(Describe(context, why));
}

Status UnsupportedShape(const InferContext& context, std::string_view why) {
  return Unsupported(Describe(context, why));
}

Status CheckAxis(const InferContext& context, int64_t axis, int64_t rank) {
  if (axis >= 0 && axis < rank) return {};
  return ShapeError(
      context, "axis " + std::to_string(axis) + " is not in [0, " + std::to_string(rank) + ")");
}

Status CheckAxes(const InferContext& context, std::string_view attribute, int64_t rank) {
  std::vector<bool> seen(static_cast<size_t>(rank));
  for (const int64_t axis : context.attr<std::vector<int64_t>>(attribute)) {
    OCTET_RETURN_IF_ERROR(CheckAxis(context, axis, rank));
    if (seen[static_cast<size_t>(axis)]) {
      return ShapeError(context, "axis " + std::to_string(axis) + " is named twice");
    }
    seen[static_cast<size_t>(axis)] = true;
  }
  return {};
}

Status CheckDType(const InferContext& context, int operand, std::initializer_list<DType> allowed) {
  const DType dtype = context.type(operand).dtype;
  if (std::find(allowed.begin(), allowed.end(), dtype) != allowed.end()) return {};
  std::string names;
  for (const DType each : allowed) {
    if (!names.empty()) names += ", ";
    names += DTypeName(each);
  }
  const std::string why = "operand " + std::to_string(operand) + " is " +
                          std::string(DTypeName(dtype)) + ", not one of " + names;
  // ONNX allows bf16 for most operators, octet does not.
  return dtype == DType::kBf16 ? UnsupportedShape(context, why) : ShapeError(context, why);
}

Status CheckType(const InferContext& context, int operand, std::string_view what,
                 const Type& expected) {
  const Type& type = context.type(operand);
  if (type == expected) return {};
  if (type.dtype == expected.dtype && type.rank() == expected.rank()) {
    for (size_t i = 0; i < type.shape.size(); ++i) {
      SameDim(context, expected.shape[i], type.shape[i]);
    }
  }
  return ShapeError(context, std::string(what) + " is " + context.type(operand).ToString() +
                                 ", not " + expected.ToString());
}

Status CheckDType(const InferContext& context, const Value* operand,
                  std::initializer_list<DType> allowed) {
  return operand == nullptr ? Status() : CheckDType(context, SlotOf(context, operand), allowed);
}

Status CheckRank(const InferContext& context, const Value* operand, int64_t rank) {
  return operand == nullptr ? Status() : CheckRank(context, SlotOf(context, operand), rank);
}

Status CheckMinRank(const InferContext& context, const Value* operand, int64_t rank) {
  return operand == nullptr ? Status() : CheckMinRank(context, SlotOf(context, operand), rank);
}

Status CheckType(const InferContext& context, const Value* operand, std::string_view what,
                 const Type& expected) {
  return operand == nullptr ? Status()
                            : CheckType(context, SlotOf(context, operand), what, expected);
}

Status CheckEpsilon(const InferContext& context) {
  const double epsilon = context.attr<double>("epsilon");
  if (epsilon >= 0 && std::isfinite(epsilon)) return {};
  return ShapeError(context, "epsilon is negative or not finite");
}

Status CheckRank(const InferContext& context, int operand, int64_t rank) {
  if (context.type(operand).rank() == rank) return {};
  return ShapeError(context, "operand " + std::to_string(operand) + " has rank " +
                                 std::to_string(context.type(operand).rank()) + ", not " +
                                 std::to_string(rank));
}

Status CheckMinRank(const InferContext& context, int operand, int64_t rank) {
  if (context.type(operand).rank() >= rank) return {};
  return ShapeError(context, "operand " + std::to_string(operand) + " has rank " +
                                 std::to_string(context.type(operand).rank()) + ", less than " +
                                 std::to_string(rank));
}

Status SetType(InferContext* context, DType dtype, Shape shape) {
  context->types[0] = {dtype, std::move(shape)};
  return {};
}

Result<Shape> BroadcastOperands(const InferContext& context, const Shape& a, const Shape& b) {
  auto shape = BroadcastShapes(a, b, &context.undecided);
  if (!shape.ok()) return ShapeError(context, shape.status().message());
  return shape;
}

bool SameDim(const InferContext& context, const Dim& a, const Dim& b) {
  if (a == b) return true;
  if (!context.undecided && !IsEqual(a, b)) context.undecided = {a, b};
  return false;
}

Status TooLarge(const InferContext& context, std::string_view what) {
  return UnsupportedShape(context, std::string(what) + " is too large an expression");
}

std::optional<int64_t> ContentsSize(const Type& type) {
  if (type.dtype != DType::kI64 && type.dtype != DType::kI32 && type.dtype != DType::kBool) {
    return std::nullopt;
  }
  if (type.rank() == 0) return 1;
  if (type.rank() != 1 || !type.shape[0].is_static()) return std::nullopt;
  const int64_t size = type.shape[0].constant();
  if (size < 0 || size > kMaxContents) return std::nullopt;
  return size;
}

}  // namespace octet::ir
