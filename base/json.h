// The one JSON reader. It treats its input as untrusted: model folders, qconfigs, requests.
#ifndef OCTET_BASE_JSON_H_
#define OCTET_BASE_JSON_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/status.h"

namespace octet {

// The largest published tokenizer.json files are about 20 MB.
constexpr uint64_t kMaxJsonBytes = uint64_t{64} << 20;
// Published files nest 6 deep.
constexpr size_t kMaxJsonDepth = 64;
// The largest published tokenizer.json files have about two million values.
constexpr size_t kMaxJsonValues = size_t{1} << 22;

// A JSON value. It takes 40 bytes, and a member of an object 72, plus the contents of strings and
// lists. nlohmann::json parses the text but does not hold the values: the destructor of its lists
// and objects allocates memory, and ends the process if there is none. This destructor does not
// allocate.
class Json {
 public:
  struct Member;
  using List = std::vector<Json>;
  using Object = std::vector<Member>;  // sorted by key, each key once
  // std::monostate is null. An integer is a uint64_t only if it is above the largest int64_t.
  using Value =
      std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, List, Object>;

  Json() = default;  // null
  explicit Json(Value value) : value_(std::move(value)) {}

  const Value& value() const { return value_; }

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_integer() const {
    return std::holds_alternative<int64_t>(value_) || std::holds_alternative<uint64_t>(value_);
  }

  // Each returns the value if it has this type, otherwise null.
  const bool* AsBool() const { return std::get_if<bool>(&value_); }
  const std::string* AsString() const { return std::get_if<std::string>(&value_); }
  const List* AsList() const { return std::get_if<List>(&value_); }
  List* AsList() { return std::get_if<List>(&value_); }
  const Object* AsObject() const { return std::get_if<Object>(&value_); }
  Object* AsObject() { return std::get_if<Object>(&value_); }

  // The value if it is an integer that fits in an int64_t.
  std::optional<int64_t> AsInteger() const;
  // The value if it is a number. Python's NaN and Infinity are numbers, too.
  std::optional<double> AsNumber() const;

 private:
  Value value_;
};

struct Json::Member {
  std::string key;
  Json value;
};

// Parses a text in linear time, apart from the sorting of keys. NaN, Infinity and -Infinity, which
// Python writes, become floats that are not finite; every ReadMember refuses them. Errors:
// CorruptFile, with line and byte, for text that is not JSON; CorruptFile for an object with a
// repeated key; ResourceLimit above kMaxJsonDepth and kMaxJsonValues.
Result<Json> ParseJson(std::string_view text);

// The same, with CorruptFile for a text that is not a JSON object.
Result<Json> ParseJsonObject(std::string_view text);

// The same for a file, with its path in every error; also the errors of ReadFile with
// kMaxJsonBytes.
Result<Json> ReadJsonObject(const std::string& path);

// A member of an object; null if it is absent, JSON null, or `object` is not an object.
const Json* FindMember(const Json& object, std::string_view key);

// Sets `value` to a member if there is one. Error: InvalidModel if the member has another type. A
// string may also be written as an object with "content", as Hugging Face writes special tokens.
Status ReadMember(const Json& object, std::string_view key, bool& value);
Status ReadMember(const Json& object, std::string_view key, int64_t& value);
Status ReadMember(const Json& object, std::string_view key, double& value);
Status ReadMember(const Json& object, std::string_view key, std::string& value);

}  // namespace octet

#endif  // OCTET_BASE_JSON_H_
