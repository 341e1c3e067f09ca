// Result types and known contents of an op from those of its operands. One function an op, declared
// by ops.def (so a missing one fails to link), defined in the files of this folder.
#ifndef OCTET_IR_INFER_SHAPE_INFERENCE_H_
#define OCTET_IR_INFER_SHAPE_INFERENCE_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ir/op_views.h"

namespace octet::ir {

// What a shape function sees and fills. Operand and attribute counts and kinds have been checked;
// an optional operand may be absent (nullptr).
struct InferContext {
  OpKind kind;
  std::span<Value* const> operands;
  const Attributes& attributes;

  // One entry a result, to be filled in.
  std::vector<Type> types;
  std::vector<std::optional<Contents>> contents;
  // The first two dims whose equality the op needs and that only the symbols decide. The op may be
  // valid (then it is checked when the model runs) or not; an importer may make them equal.
  mutable std::optional<UndecidedDims> undecided = std::nullopt;

  const Type& type(int i) const { return operands[static_cast<size_t>(i)]->type(); }
  int num_operands() const { return static_cast<int>(operands.size()); }
  // The operands and attributes by name: context->as<LinearOp>().bias().
  template <typename View>
  View as() const {
    assert(kind == View::kKind);
    return View(operands, attributes);
  }
  template <typename T>
  const T& attr(std::string_view name) const {
    return std::get<T>(attributes.find(name)->second);
  }
  bool has_attr(std::string_view name) const { return attributes.contains(name); }
};

// Runs the op's shape function. Errors (InvalidModel, Unsupported) name the shapes, not the place.
Status InferTypes(InferContext* context);

// The shape two shapes broadcast to (numpy's rule, ONNX "multidirectional"). Two dims that are not
// the same, and of which neither is the number 1, are InvalidModel; if the symbols could make them
// equal, the first such pair goes to `undecided`.
Result<Shape> BroadcastShapes(const Shape& a, const Shape& b,
                              std::optional<UndecidedDims>* undecided = nullptr);

#define OCTET_OP(Name, ...) Status Infer##Name(InferContext* context);
#include "ir/ops.def"
#undef OCTET_OP

}  // namespace octet::ir

#endif  // OCTET_IR_INFER_SHAPE_INFERENCE_H_
