#include "text/tokenizer_json_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/pattern.h"
#include "text/regex.h"

namespace octet::text {

const Json& MemberOrNull(const Json& object, std::string_view key) {
  // Never destroyed: other threads may read it while the process exits.
  static const auto* const null = new Json();
  const Json* member = FindMember(object, key);
  return member ? *member : *null;
}

std::string TypeOf(const Json& part) {
  const std::string* type = MemberOrNull(part, "type").AsString();
  return type ? *type : "";
}

Status ReadCharacter(const Json& object, std::string_view key, char32_t& c) {
  const std::string* member = MemberOrNull(object, key).AsString();
  const NormalizedText chars = DecodeText(member ? *member : "");
  if (chars.size() != 1) return InvalidModel(fmt::format("'{}' is not one character", key));
  c = chars.front().code_point;
  return Status();
}

Status ReadPart(const Json& part, const char* kind, const char* list, std::span<const PartRow> rows,
                PartsReader* reader) {
  const std::string type = TypeOf(part);
  if (type == "Sequence") {
    const Json::List* parts = MemberOrNull(part, list).AsList();
    if (!parts) return InvalidModel(fmt::format("{}: '{}' is not a list", kind, list));
    for (const Json& each : *parts) {
      OCTET_RETURN_IF_ERROR(ReadPart(each, kind, list, rows, reader));
    }
    return Status();
  }
  const auto row = std::ranges::find(rows, type, &PartRow::type);
  if (row != rows.end()) return row->read(part, reader);
  std::string known;
  for (const PartRow& each : rows) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", each.type);
  }
  return Unsupported(
      fmt::format("{} '{}'; octet has {} and Sequence", kind, Printable(type), known));
}

Result<std::shared_ptr<const Pattern>> ReadPattern(const Json& part) {
  const Json& pattern = MemberOrNull(part, "pattern");
  if (const std::string* literal = MemberOrNull(pattern, "String").AsString()) {
    return LiteralPattern(*literal);
  }
  if (const std::string* regex = MemberOrNull(pattern, "Regex").AsString()) {
    return RegexPattern(*regex);
  }
  return InvalidModel("'pattern' is neither a String nor a Regex");
}

}  // namespace octet::text
