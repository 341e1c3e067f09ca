// Infers the result types and known contents of an op from those of its operands. Each op has one
// function, declared from ops.def (so a missing one fails to link) and defined in this folder.
#ifndef OCTET_IR_INFER_SHAPE_INFERENCE_H_
#define OCTET_IR_INFER_SHAPE_INFERENCE_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ir/op_views.h"

namespace octet::ir {

// What a shape function reads and fills in. The numbers and kinds of operands and attributes have
// been checked. An absent optional operand is nullptr.
struct InferContext {
  OpKind kind;
  std::span<Value* const> operands;
  const Attributes& attributes;

  // One entry for each result, to be filled in.
  std::vector<Type> types;
  std::vector<std::optional<Contents>> contents;
  // The first two dims that the op needs to be equal and whose equality depends on the symbols. The
  // op may be valid (the run checks it) or not. An importer may make the two dims equal.
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
    return std::get<T>(*attributes.Find(name));
  }
  bool has_attr(std::string_view name) const { return attributes.contains(name); }
};

// Runs the op's shape function. Errors (InvalidModel, Unsupported) name the shapes, but not the
// place.
Status InferTypes(InferContext* context);

// The shape that two shapes broadcast to (numpy's rule, "multidirectional" in ONNX). InvalidModel
// when two dims differ and neither is the number 1. If the symbols could make such dims equal, the
// first such pair goes to `undecided`.
Result<Shape> BroadcastShapes(const Shape& a, const Shape& b,
                              std::optional<UndecidedDims>* undecided = nullptr);

#define OCTET_OP(Name, ...) Status Infer##Name(InferContext* context);
#include "ir/ops.def"
#undef OCTET_OP

}  // namespace octet::ir

#endif  // OCTET_IR_INFER_SHAPE_INFERENCE_H_
