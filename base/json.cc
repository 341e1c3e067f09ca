#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/python_floats.h"

namespace octet {
namespace {

// An error at a byte of `text`, with the line of that byte.
Status MalformedAt(std::string_view text, size_t byte, const std::string& reason) {
  byte = std::min(byte, text.size());
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(byte), '\n');
  return CorruptFile("malformed JSON: " + reason).AtLine(line).AtByte(byte);
}

// Builds the value from the parser's events. Each event returns whether to go on.
class Builder : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(PythonFloats* floats) : floats_(floats) {}

  bool null() override { return Add(Json()) != nullptr; }
  bool boolean(bool value) override { return Add(value) != nullptr; }
  bool number_integer(int64_t value) override { return Add(value) != nullptr; }
  bool number_unsigned(uint64_t value) override { return Add(value) != nullptr; }
  bool number_float(double value, const std::string&) override { return Add(value) != nullptr; }
  bool string(std::string& value) override {
    if (const auto number = floats_->Take(num_strings_++)) return Add(*number) != nullptr;
    return Add(std::move(value)) != nullptr;
  }
  bool binary(Json::binary_t&) override { return false; }

  bool start_object(size_t) override { return Open(Json::object()); }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open(Json::array()); }
  bool end_array() override { return Close(); }

  bool key(std::string& name) override {
    if (floats_->Take(num_strings_++)) return Fail(CorruptFile("malformed JSON: a key is NaN"));
    const auto [member, inserted] = open_.back()->emplace(name, nullptr);
    if (!inserted) return Fail(CorruptFile("the key '" + Printable(name) + "' is repeated"));
    member_ = &*member;
    return true;
  }

  bool parse_error(size_t position, const std::string&, const Json::exception& error) override {
    // what() is "[json.exception...] parse error at line 1, column 2: syntax error ..." or
    // "[json.exception...] number overflow ...".
    const std::string_view what = error.what();
    const size_t start = std::min({what.find("syntax error"), what.find("number"), what.size()});
    // The parser counts the bytes that it has read, including the wrong one.
    return Fail(MalformedAt(floats_->text(), position == 0 ? 0 : position - 1,
                            Printable(what.substr(start))));
  }

  const Status& error() const { return error_; }
  Json TakeRoot() { return std::move(root_); }

 private:
  bool Fail(Status error) {
    if (error_.ok()) error_ = std::move(error);
    return false;
  }

  // Adds a value at its place: at the top, in the open list, or under the last key.
  Json* Add(Json value) {
    if (++num_values_ > kMaxJsonValues) {
      Fail(ResourceLimit("JSON of more than " + std::to_string(kMaxJsonValues) + " values"));
      return nullptr;
    }
    Json* place = &root_;
    if (!open_.empty() && open_.back()->is_array()) {
      place = &open_.back()->emplace_back();
    } else if (!open_.empty()) {
      place = member_;
    }
    *place = std::move(value);
    return place;
  }

  bool Open(Json value) {
    if (open_.size() == kMaxJsonDepth) {
      return Fail(
          ResourceLimit("JSON nested deeper than " + std::to_string(kMaxJsonDepth) + " levels"));
    }
    Json* place = Add(std::move(value));
    if (place != nullptr) open_.push_back(place);
    return place != nullptr;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  PythonFloats* floats_;
  Status error_;
  Json root_;
  std::vector<Json*> open_;  // the lists and objects that hold the next value, outermost first
  Json* member_ = nullptr;   // where the value of the last key goes
  size_t num_values_ = 0;
  size_t num_strings_ = 0;
};

Status WrongType(const char* key, std::string_view expected) {
  return InvalidModel("'" + std::string(key) + "' is not " + std::string(expected));
}

}  // namespace

Result<Json> ParseJson(std::string_view text) {
  PythonFloats floats(text);
  Builder builder(&floats);
  const std::string_view readable = floats.text();
  const bool complete = Json::sax_parse(readable.begin(), readable.end(), &builder);
  if (!builder.error().ok()) return builder.error();
  if (!complete) return CorruptFile("malformed JSON");
  return builder.TakeRoot();
}

Result<Json> ParseJsonObject(std::string_view text) {
  OCTET_ASSIGN_OR_RETURN(Json parsed, ParseJson(text));
  if (!parsed.is_object()) return CorruptFile("not a JSON object");
  return parsed;
}

Result<Json> ReadJsonObject(const std::string& path) {
  OCTET_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxJsonBytes));
  Result<Json> parsed = ParseJsonObject(text);
  if (!parsed.ok()) return parsed.status().InFile(path);
  return parsed;
}

const Json* FindMember(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Status ReadMember(const Json& object, const char* key, bool& value) {
  const Json* member = FindMember(object, key);
  if (!member) return Status();
  if (!member->is_boolean()) return WrongType(key, "true or false");
  value = member->get<bool>();
  return Status();
}

Status ReadMember(const Json& object, const char* key, int64_t& value) {
  const Json* member = FindMember(object, key);
  if (!member) return Status();
  if (!member->is_number_integer() ||
      (member->is_number_unsigned() && member->get<uint64_t>() > INT64_MAX)) {
    return WrongType(key, "a 64-bit integer");
  }
  value = member->get<int64_t>();
  return Status();
}

Status ReadMember(const Json& object, const char* key, double& value) {
  const Json* member = FindMember(object, key);
  if (!member) return Status();
  if (!member->is_number() || !std::isfinite(member->get<double>())) {
    return WrongType(key, "a number");
  }
  value = member->get<double>();
  return Status();
}

Status ReadMember(const Json& object, const char* key, std::string& value) {
  const Json* member = FindMember(object, key);
  if (!member) return Status();
  if (const Json* content = FindMember(*member, "content")) member = content;
  if (!member->is_string()) return WrongType(key, "a string");
  value = member->get<std::string>();
  return Status();
}

}  // namespace octet
