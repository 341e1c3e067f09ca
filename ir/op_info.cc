#include "ir/op_info.h"

#include "ir/op_parts.h"

namespace octet::ir {
namespace {

using op_parts::Part;

void AddOperand(const Part& part, OpInfo* info) {
  info->operands.push_back({part.name, part.form, part.has_rows});
  if (part.form != OperandForm::kOptional) ++info->min_operands;
  info->max_operands += part.max_count;
}

OpInfo MakeInfo(OpKind kind, std::string_view name, Stage first_stage, OpFacts facts,
                std::span<const Part> signature) {
  OpInfo info{kind, name, first_stage, facts, {}, {}, {}, 0, 0, 1};
  for (const Part& part : signature) {
    switch (part.role) {
      case Part::Role::kOperand:
        AddOperand(part, &info);
        break;
      case Part::Role::kResult:
        info.results.push_back(part.name);
        info.num_results = static_cast<int>(info.results.size());
        break;
      case Part::Role::kAttribute:
        info.attributes.push_back({part.name, part.kind, part.optional, part.is_flag, part.values});
        break;
    }
  }
  return info;
}

std::vector<OpInfo> MakeTable() {
  return {
#define OCTET_OP(Name, name, first_stage, facts, ...) \
  MakeInfo(OpKind::k##Name, name, Stage::first_stage, OpFacts::facts, op_parts::k##Name),
#include "ir/ops.def"
#undef OCTET_OP
  };
}

}  // namespace

std::string_view StageName(Stage stage) {
  switch (stage) {
    case Stage::kImport:
      return "import";
    case Stage::kCore:
      return "core";
    case Stage::kQuant:
      return "quant";
  }
  return "";
}

const OperandInfo& OpInfo::OperandAt(int operand) const {
  const auto index = static_cast<size_t>(operand);
  // If operands repeat, an op has only repeated ones, one after the other or in turn.
  const bool repeats = operands[0].form == OperandForm::kRepeated;
  return operands[repeats ? index % operands.size() : index];
}

const AttributeInfo* OpInfo::FindAttribute(std::string_view attribute_name) const {
  for (const AttributeInfo& attribute : attributes) {
    if (attribute.name == attribute_name) return &attribute;
  }
  return nullptr;
}

const std::vector<OpInfo>& AllOps() {
  static const std::vector<OpInfo> table = MakeTable();
  return table;
}

const OpInfo& GetOpInfo(OpKind kind) { return AllOps()[static_cast<size_t>(kind)]; }

std::optional<OpKind> FindOpKind(std::string_view name) {
  for (const OpInfo& info : AllOps()) {
    if (info.name == name) return info.kind;
  }
  return std::nullopt;
}

}  // namespace octet::ir
