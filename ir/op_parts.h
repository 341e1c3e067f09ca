// The signatures of ops.def as constants. The op table (op_info.cc) and the typed views
// (op_views.h) are made from them. Nothing else should use them.
#ifndef OCTET_IR_OP_PARTS_H_
#define OCTET_IR_OP_PARTS_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "ir/op_info.h"

namespace octet::ir::op_parts {

// One word of a signature: an operand, a result or an attribute.
struct Part {
  enum class Role : uint8_t { kOperand, kResult, kAttribute };
  Role role;
  std::string_view name;
  // For an operand.
  OperandForm form = OperandForm::kRequired;
  bool has_rows = false;
  int max_count = 1;
  // For an attribute.
  AttributeKind kind = AttributeKind::kInt;
  bool optional = false;
  bool is_flag = false;
  std::span<const std::string_view> values = {};
};

#define OCTET_OP(Name, text, first_stage, facts, signature) \
  inline constexpr Part k##Name[] = {signature};
#define OCTET_OPERAND(operand, Form, is_row) \
  {.role = Part::Role::kOperand, .name = #operand, .form = OperandForm::Form, .has_rows = is_row},
#define OCTET_REPEATED_OPERAND(operand, max) \
  {.role = Part::Role::kOperand,             \
   .name = #operand,                         \
   .form = OperandForm::kRepeated,           \
   .max_count = max},
#define OCTET_RESULT(result) {.role = Part::Role::kResult, .name = #result},
#define OCTET_ATTRIBUTE(attribute, Kind) \
  {.role = Part::Role::kAttribute, .name = #attribute, .kind = AttributeKind::Kind},
#define OCTET_FLAG_ATTRIBUTE(attribute, is_optional) \
  {.role = Part::Role::kAttribute,                   \
   .name = #attribute,                               \
   .kind = AttributeKind::kInt,                      \
   .optional = is_optional,                          \
   .is_flag = true},
#define OCTET_ENUM_ATTRIBUTE(attribute, Enum, is_optional) \
  {.role = Part::Role::kAttribute,                         \
   .name = #attribute,                                     \
   .kind = AttributeKind::kString,                         \
   .optional = is_optional,                                \
   .values = EnumNames<Enum>::kNames},
#include "ir/ops.def"
#undef OCTET_OP

// The index of a part among those of its role; -1 when none has this name.
constexpr int IndexOf(std::span<const Part> parts, Part::Role role, std::string_view name) {
  int index = 0;
  for (const Part& part : parts) {
    if (part.role != role) continue;
    if (part.name == name) return index;
    ++index;
  }
  return -1;
}

// How many operands are repeated together: 2 for pairs.
constexpr int NumRepeated(std::span<const Part> parts) {
  int count = 0;
  for (const Part& part : parts) count += part.form == OperandForm::kRepeated ? 1 : 0;
  return count;
}

}  // namespace octet::ir::op_parts

#endif  // OCTET_IR_OP_PARTS_H_
