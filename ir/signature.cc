#include "ir/signature.h"

#include <algorithm>
#include <string>

namespace octet::ir {
namespace {

Status CheckOperands(const OpInfo& info, std::span<Value* const> operands) {
  const auto count = static_cast<int>(operands.size());
  const std::string found = std::to_string(count) + " operands, expected ";
  if (count < info.min_operands || count > info.max_operands) {
    const std::string least = std::to_string(info.min_operands);
    if (info.max_operands == info.min_operands) return InvalidModel(found + least);
    return InvalidModel(found + least + " to " + std::to_string(info.max_operands));
  }
  const auto repeated =
      std::ranges::count(info.operands, OperandForm::kRepeated, &OperandInfo::form);
  if (repeated > 1 && count % repeated != 0) {
    return InvalidModel(found + "a multiple of " + std::to_string(repeated));
  }
  for (int i = 0; i < count; ++i) {
    const OperandInfo& operand = info.OperandAt(i);
    if (operands[static_cast<size_t>(i)] == nullptr && operand.form != OperandForm::kOptional) {
      return InvalidModel("operand '" + std::string(operand.name) + "' is absent");
    }
  }
  return {};
}

Status CheckAttribute(const AttributeInfo& info, const Attribute& value) {
  const std::string subject = "attribute '" + std::string(info.name) + "'";
  if (info.kind != KindOf(value)) return InvalidModel(subject + " has the wrong kind");
  if (info.is_flag) {
    const int64_t flag = std::get<int64_t>(value);
    if (flag == 0 || flag == 1) return {};
    return InvalidModel(subject + " is " + std::to_string(flag) + ", not 0 or 1");
  }
  if (info.values.empty()) return {};
  const auto& text = std::get<std::string>(value);
  std::string values;
  for (const std::string_view each : info.values) {
    if (each == text) return {};
    values += (values.empty() ? "" : ", ") + std::string(each);
  }
  return InvalidModel(subject + " is \"" + Printable(text) + "\", not one of " + values);
}

}  // namespace

Status CheckSignature(OpKind kind, std::span<Value* const> operands, const Attributes& attributes) {
  const OpInfo& info = GetOpInfo(kind);
  OCTET_RETURN_IF_ERROR(CheckOperands(info, operands));
  for (const auto& [name, value] : attributes) {
    const AttributeInfo* attribute = info.FindAttribute(name);
    if (attribute == nullptr) {
      return InvalidModel("no attribute is called '" + Printable(name) + "'");
    }
    OCTET_RETURN_IF_ERROR(CheckAttribute(*attribute, value));
  }
  for (const AttributeInfo& attribute : info.attributes) {
    if (!attribute.optional && !attributes.contains(attribute.name)) {
      return InvalidModel("attribute '" + std::string(attribute.name) + "' is missing");
    }
  }
  return {};
}

}  // namespace octet::ir
