#include "bert/text/json_file.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "bert/text/read_file.h"

namespace octet::bert {
namespace {

using nlohmann::json;

Status WrongType(const char* key, std::string_view expected) {
  return InvalidModel(fmt::format("'{}' is not {}", key, expected));
}

}  // namespace

Result<json> ParseJsonObject(std::string_view text) {
  Status error;
  std::vector<std::unordered_set<std::string>> keys;  // of the objects that are open
  const auto check = [&](int depth, json::parse_event_t event, json& parsed) {
    if (!error.ok()) return false;  // discards the rest, so that nothing more is built
    switch (event) {
      case json::parse_event_t::object_start:
        keys.emplace_back();
        [[fallthrough]];
      case json::parse_event_t::array_start:
        if (depth >= kMaxJsonDepth) {
          error = ResourceLimit(fmt::format("JSON nested above {} levels", kMaxJsonDepth));
        }
        break;
      case json::parse_event_t::object_end:
        keys.pop_back();
        break;
      case json::parse_event_t::key: {
        const auto& key = parsed.get_ref<const std::string&>();
        if (!keys.back().insert(key).second) {
          error = CorruptFile(fmt::format("key '{}' appears twice", Printable(key)));
        }
        break;
      }
      default:
        break;
    }
    return error.ok();
  };
  json parsed;
  try {
    parsed = json::parse(text.begin(), text.end(), check);
  } catch (const json::parse_error& malformed) {
    const size_t read = malformed.byte;  // the wrong byte included
    if (error.ok()) error = CorruptFile("not valid JSON").AtByte(read == 0 ? 0 : read - 1);
  } catch (const json::exception&) {
    if (error.ok()) error = CorruptFile("not valid JSON: a number that is too large");
  }
  if (!error.ok()) return error;
  if (!parsed.is_object()) return CorruptFile("not a JSON object");
  return parsed;
}

Result<json> ReadJsonObject(const std::string& path) {
  OCTET_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxJsonBytes));
  Result<json> parsed = ParseJsonObject(text);
  if (!parsed.ok()) return parsed.status().InFile(path);
  return parsed;
}

const json* FindMember(const json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Status ReadMember(const json& object, const char* key, bool& value) {
  const json* member = FindMember(object, key);
  if (!member) return Status();
  if (!member->is_boolean()) return WrongType(key, "true or false");
  value = member->get<bool>();
  return Status();
}

Status ReadMember(const json& object, const char* key, int64_t& value) {
  const json* member = FindMember(object, key);
  if (!member) return Status();
  if (!member->is_number_integer() ||
      (member->is_number_unsigned() && member->get<uint64_t>() > INT64_MAX)) {
    return WrongType(key, "a 64-bit integer");
  }
  value = member->get<int64_t>();
  return Status();
}

Status ReadMember(const json& object, const char* key, std::string& value) {
  const json* member = FindMember(object, key);
  if (!member) return Status();
  if (const json* content = FindMember(*member, "content")) member = content;
  if (!member->is_string()) return WrongType(key, "a string");
  value = member->get<std::string>();
  return Status();
}

}  // namespace octet::bert
