// Typed views of ops, one for each row of ops.def: LinearOp(op).residual(), SoftmaxOp(op).axis().
// Each word of the row's signature gives the view a function of the same name:
//   OPERAND(x)        Value* x(); nullptr when an optional one is absent
//   REPEATED(x, max)  Value* x(int i), and int num_x()
//   RESULT(y)         Value* y(); not for a view of an InferContext
//   INT(a) ...        the value of the attribute, by its kind
//   FLAG(a)           bool a(); false when an optional one is absent
//   ENUM(a, E)        E a(); the first value when an optional one is absent
// LinearOp::OperandIndex("bias") is the index of an operand, for Rewriter::SetOperand.
//
// A view is one or two pointers: make it where it is used. The op must outlive it.
#ifndef OCTET_IR_OP_VIEWS_H_
#define OCTET_IR_OP_VIEWS_H_

#include <cassert>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "ir/graph.h"
#include "ir/op_parts.h"

namespace octet::ir {

class OpView {
 public:
  OpView(OpKind kind, const Op& op)
      : op_(&op), operands_(op.operands()), attributes_(&op.attributes()) {
    assert(op.kind() == kind);
    static_cast<void>(kind);
  }
  // An op that is still being made (shape_inference.h).
  OpView(std::span<Value* const> operands, const Attributes& attributes)
      : operands_(operands), attributes_(&attributes) {}

 protected:
  Value* OperandAt(int i) const {
    const auto index = static_cast<size_t>(i);
    return index < operands_.size() ? operands_[index] : nullptr;
  }
  int num_operands() const { return static_cast<int>(operands_.size()); }

  Value* ResultAt(int i) const { return op_->result(i); }

  template <typename T>
  const T& AttributeOf(std::string_view name) const {
    return std::get<T>(*attributes_->Find(name));
  }

  bool FlagOf(std::string_view name) const {
    const Attribute* flag = attributes_->Find(name);
    return flag != nullptr && std::get<int64_t>(*flag) != 0;
  }

  template <typename Enum>
  Enum EnumOf(std::string_view name) const {
    const Attribute* value = attributes_->Find(name);
    return value == nullptr ? Enum{} : *FindEnum<Enum>(std::get<std::string>(*value));
  }

 private:
  const Op* op_ = nullptr;
  std::span<Value* const> operands_;
  const Attributes* attributes_;
};

#define OCTET_OP(Name, name, first_stage, facts, signature)                                 \
  class Name##Op : public OpView {                                                          \
   public:                                                                                  \
    static constexpr OpKind kKind = OpKind::k##Name;                                        \
    explicit Name##Op(const Op& op) : OpView(kKind, op) {}                                  \
    Name##Op(std::span<Value* const> operands, const Attributes& attributes)                \
        : OpView(operands, attributes) {}                                                   \
    static consteval int OperandIndex(std::string_view operand) {                           \
      return op_parts::IndexOf(op_parts::k##Name, op_parts::Part::Role::kOperand, operand); \
    }                                                                                       \
    static consteval int ResultIndex(std::string_view result) {                             \
      return op_parts::IndexOf(op_parts::k##Name, op_parts::Part::Role::kResult, result);   \
    }                                                                                       \
    static constexpr int kNumRepeated = op_parts::NumRepeated(op_parts::k##Name);           \
    signature                                                                               \
  };
#define OCTET_OPERAND(operand, form, has_rows) \
  Value* operand() const { return OperandAt(OperandIndex(#operand)); }
#define OCTET_REPEATED_OPERAND(operand, max)                                                   \
  Value* operand(int i) const { return OperandAt(OperandIndex(#operand) + i * kNumRepeated); } \
  int num_##operand() const { return num_operands() / kNumRepeated; }
#define OCTET_RESULT(result) \
  Value* result() const { return ResultAt(ResultIndex(#result)); }
#define OCTET_ATTRIBUTE(attribute, kind)                                           \
  const auto& attribute() const {                                                  \
    constexpr auto kIndex = static_cast<size_t>(AttributeKind::kind);              \
    return AttributeOf<std::variant_alternative_t<kIndex, Attribute>>(#attribute); \
  }
#define OCTET_FLAG_ATTRIBUTE(attribute, optional) \
  bool attribute() const { return FlagOf(#attribute); }
#define OCTET_ENUM_ATTRIBUTE(attribute, Enum, optional) \
  Enum attribute() const { return EnumOf<Enum>(#attribute); }
#include "ir/ops.def"
#undef OCTET_OP

// The view of `op` if it is of this kind, else nullopt.
template <typename View>
std::optional<View> As(const Op& op) {
  if (op.kind() != View::kKind) return std::nullopt;
  return View(op);
}
// The same for the op that defines `value`; nullopt for an argument.
template <typename View>
std::optional<View> DefinedAs(const Value* value) {
  return value->def() == nullptr ? std::nullopt : As<View>(*value->def());
}

}  // namespace octet::ir

#endif  // OCTET_IR_OP_VIEWS_H_
