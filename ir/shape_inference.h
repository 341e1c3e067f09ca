// Result types and known contents of an op from those of its operands. One function an op, declared
// by ops.def (so a missing one fails to link), defined in infer_*.cc.
#ifndef OCTET_IR_SHAPE_INFERENCE_H_
#define OCTET_IR_SHAPE_INFERENCE_H_

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

// The shape two shapes broadcast to (numpy's rule, ONNX "multidirectional"). A symbol against a
// number above 1, or against another symbol, is InvalidModel.
Result<Shape> BroadcastShapes(const Shape& a, const Shape& b);

#define OCTET_OP(Name, ...) Status Infer##Name(InferContext* context);
#include "ir/ops.def"
#undef OCTET_OP

}  // namespace octet::ir

#endif  // OCTET_IR_SHAPE_INFERENCE_H_
