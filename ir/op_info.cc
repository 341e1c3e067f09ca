#include "ir/op_info.h"

#include <array>
#include <cassert>

namespace octet::ir {
namespace {

struct Row {
  OpKind kind;
  std::string_view name;
  int min_operands;
  int max_operands;
  int num_results;
  uint8_t flags;
  std::string_view attributes;
};

constexpr uint8_t I = static_cast<uint8_t>(Stage::kImport);
constexpr uint8_t C = static_cast<uint8_t>(Stage::kCore);
constexpr uint8_t Q = static_cast<uint8_t>(Stage::kQuant);
constexpr uint8_t kStages = I | C | Q;
constexpr uint8_t E = kStages + 1;

constexpr Row kRows[] = {
#define OCTET_OP(Name, name, min_operands, max_operands, num_results, flags, attributes) \
  {OpKind::k##Name, name, min_operands, max_operands, num_results, flags, attributes},
#include "ir/ops.def"
#undef OCTET_OP
};

AttributeKind ParseKind(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {"int",  "float", "string", "ints",
                                                      "dims", "dtype", "tensor"};
  size_t i = 0;
  while (i < kNames.size() && kNames[i] != name) ++i;
  assert(i < kNames.size() && "unknown attribute kind in ops.def");
  return static_cast<AttributeKind>(i);
}

// "axis:int epsilon:float?" as a list.
std::vector<AttributeInfo> ParseAttributes(std::string_view text) {
  std::vector<AttributeInfo> attributes;
  while (!text.empty()) {
    const size_t blank = text.find(' ');
    std::string_view entry = text.substr(0, blank);
    text = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
    const size_t colon = entry.find(':');
    const bool optional = entry.back() == '?';
    if (optional) entry.remove_suffix(1);
    attributes.push_back(
        {std::string(entry.substr(0, colon)), ParseKind(entry.substr(colon + 1)), optional});
  }
  return attributes;
}

std::vector<OpInfo> MakeTable() {
  std::vector<OpInfo> table;
  for (const Row& row : kRows) {
    table.push_back({row.kind, row.name, row.min_operands, row.max_operands, row.num_results,
                     static_cast<uint8_t>(row.flags & kStages), (row.flags & E) != 0,
                     ParseAttributes(row.attributes)});
  }
  return table;
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
