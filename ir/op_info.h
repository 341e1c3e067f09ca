// The table of operations (ops.def) as data.
#ifndef OCTET_IR_OP_INFO_H_
#define OCTET_IR_OP_INFO_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/attribute.h"

namespace octet::ir {

enum class OpKind : uint8_t {
#define OCTET_OP(Name, ...) k##Name,
#include "ir/ops.def"
#undef OCTET_OP
};

// Stages of a module, as bits; ops.def says where an op may stand.
enum class Stage : uint8_t { kImport = 1, kCore = 2, kQuant = 4 };
std::string_view StageName(Stage stage);

struct AttributeInfo {
  std::string name;
  AttributeKind kind;
  bool optional;
};

struct OpInfo {
  OpKind kind;
  std::string_view name;
  int min_operands;
  int max_operands;
  int num_results;
  uint8_t stages;    // OR of Stage bits
  bool elementwise;  // an element of the result needs those of the operands at its place alone
  std::vector<AttributeInfo> attributes;

  const AttributeInfo* FindAttribute(std::string_view attribute_name) const;
};

const OpInfo& GetOpInfo(OpKind kind);
std::optional<OpKind> FindOpKind(std::string_view name);
// All kinds, in the order of ops.def.
const std::vector<OpInfo>& AllOps();

}  // namespace octet::ir

#endif  // OCTET_IR_OP_INFO_H_
