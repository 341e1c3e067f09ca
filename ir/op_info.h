// The table of operations (ops.def) as data.
#ifndef OCTET_IR_OP_INFO_H_
#define OCTET_IR_OP_INFO_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ir/attribute.h"
#include "ir/op_enums.h"

namespace octet::ir {

enum class OpKind : uint8_t {
#define OCTET_OP(Name, ...) k##Name,
#include "ir/ops.def"
#undef OCTET_OP
};

// How far a module has been lowered, in this order. An op may stand in its first stage and all
// later ones.
enum class Stage : uint8_t { kImport, kCore, kQuant };
std::string_view StageName(Stage stage);

// What passes and the runtime must know of an op.
enum class OpFacts : uint8_t {
  kNoFacts,
  // An element of the result depends only on the element at the same place of each operand;
  // operands broadcast.
  kElementwise,
  // The result holds the elements of operand 0 in their order; each may be repeated.
  kView,
  // The runtime can give the range of each row of the result at little cost (kernels::RowRange).
  kRowRanges,
};

enum class OperandForm : uint8_t { kRequired, kOptional, kRepeated };

struct OperandInfo {
  std::string_view name;
  OperandForm form;
  bool has_rows;  // ROWS of ops.def
};

struct AttributeInfo {
  std::string_view name;
  AttributeKind kind;
  bool optional;
  bool is_flag;                              // an int that is 0 or 1
  std::span<const std::string_view> values;  // the values of an enum; else empty
};

struct OpInfo {
  OpKind kind;
  std::string_view name;
  Stage first_stage;
  OpFacts facts;
  std::vector<OperandInfo> operands;      // a repeated operand is listed once
  std::vector<std::string_view> results;  // empty when there is one
  std::vector<AttributeInfo> attributes;
  int min_operands;
  int max_operands;
  int num_results;

  bool elementwise() const { return facts == OpFacts::kElementwise; }
  // The OperandInfo of operand number `operand` of an op, where each repetition counts.
  const OperandInfo& OperandAt(int operand) const;
  const AttributeInfo* FindAttribute(std::string_view attribute_name) const;
};

const OpInfo& GetOpInfo(OpKind kind);
std::optional<OpKind> FindOpKind(std::string_view name);
// All kinds, in the order of ops.def.
const std::vector<OpInfo>& AllOps();

}  // namespace octet::ir

#endif  // OCTET_IR_OP_INFO_H_
