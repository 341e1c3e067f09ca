#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/python_floats.h"

namespace octet {
namespace {

// The line of a byte of `text`, from 1.
int64_t LineOf(std::string_view text, size_t byte) {
  return 1 + std::ranges::count(text.substr(0, byte), '\n');
}

Status MalformedAt(std::string_view text, size_t byte, const std::string& reason) {
  byte = std::min(byte, text.size());
  return CorruptFile("malformed JSON: " + reason).AtLine(LineOf(text, byte)).AtByte(byte);
}

// The error of the first key that its object has twice, in a text that a parser has read up to the
// end of such an object: what is a string, and what a key, follows from the next character.
Status RepeatedKey(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r";
  std::vector<std::set<std::string, std::less<>>> open;  // the keys of each object, innermost last
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '{') open.emplace_back();
    if (text[at] == '}') open.pop_back();
    if (text[at] != '"') continue;
    const size_t begin = at;
    for (++at; text[at] != '"'; ++at) {
      if (text[at] == '\\') ++at;
    }
    const size_t next = text.find_first_not_of(kSpace, at + 1);
    if (next == std::string_view::npos || text[next] != ':') continue;
    std::string key = nlohmann::json::parse(text.substr(begin, at + 1 - begin));
    const auto [found, is_new] = open.back().insert(std::move(key));
    if (is_new) continue;
    return CorruptFile("the key '" + Printable(*found) + "' is repeated")
        .AtLine(LineOf(text, begin))
        .AtByte(begin);
  }
  return Internal("no key is repeated");
}

// Builds the value from the parser's events. Each event returns whether to go on.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(PythonFloats* floats) : floats_(floats) {}

  bool null() override { return Add({}) != nullptr; }
  bool boolean(bool value) override { return Add(value) != nullptr; }
  bool number_integer(int64_t value) override { return Add(value) != nullptr; }
  bool number_unsigned(uint64_t value) override {
    if (value > INT64_MAX) return Add(value) != nullptr;
    return Add(static_cast<int64_t>(value)) != nullptr;
  }
  bool number_float(double value, const std::string&) override { return Add(value) != nullptr; }
  // Copies the text: the parser's buffer is larger, and the parser uses it again.
  bool string(std::string& text) override {
    if (const auto number = floats_->Take(num_strings_++)) return Add(*number) != nullptr;
    return Add(std::string(text)) != nullptr;
  }
  bool binary(nlohmann::json::binary_t&) override { return false; }

  bool start_object(size_t) override { return Open(Json::Object()); }
  bool end_object() override {
    Json::Object& object = *open_.back()->AsObject();
    open_.pop_back();
    if (!std::ranges::is_sorted(object, {}, &Json::Member::key)) {
      std::ranges::sort(object, {}, &Json::Member::key);
    }
    const auto repeated = std::ranges::adjacent_find(object, {}, &Json::Member::key);
    return repeated == object.end() || Fail(RepeatedKey(floats_->text()));
  }
  bool start_array(size_t) override { return Open(Json::List()); }
  bool end_array() override {
    open_.pop_back();
    return true;
  }

  bool key(std::string& name) override {
    if (floats_->Take(num_strings_++)) return Fail(CorruptFile("malformed JSON: a key is NaN"));
    open_.back()->AsObject()->push_back({std::string(name), Json()});
    return true;
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::json::exception& error) override {
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
  Json* Add(Json::Value value) {
    if (++num_values_ > kMaxJsonValues) {
      Fail(ResourceLimit("JSON of more than " + std::to_string(kMaxJsonValues) + " values"));
      return nullptr;
    }
    Json* place = &root_;
    if (!open_.empty()) {
      Json::List* const list = open_.back()->AsList();
      place = list != nullptr ? &list->emplace_back() : &open_.back()->AsObject()->back().value;
    }
    *place = Json(std::move(value));
    return place;
  }

  bool Open(Json::Value value) {
    if (open_.size() == kMaxJsonDepth) {
      return Fail(
          ResourceLimit("JSON nested deeper than " + std::to_string(kMaxJsonDepth) + " levels"));
    }
    Json* place = Add(std::move(value));
    if (place != nullptr) open_.push_back(place);
    return place != nullptr;
  }

  PythonFloats* floats_;
  Status error_;
  Json root_;
  std::vector<Json*> open_;  // the lists and objects that hold the next value, outermost first
  size_t num_values_ = 0;
  size_t num_strings_ = 0;
};

Status WrongType(std::string_view key, std::string_view expected) {
  return InvalidModel("'" + std::string(key) + "' is not " + std::string(expected));
}

}  // namespace

std::optional<int64_t> Json::AsInteger() const {
  const auto* integer = std::get_if<int64_t>(&value_);
  return integer != nullptr ? std::optional(*integer) : std::nullopt;
}

std::optional<double> Json::AsNumber() const {
  if (const auto* number = std::get_if<double>(&value_)) return *number;
  if (const auto* integer = std::get_if<int64_t>(&value_)) return static_cast<double>(*integer);
  if (const auto* integer = std::get_if<uint64_t>(&value_)) return static_cast<double>(*integer);
  return std::nullopt;
}

Result<Json> ParseJson(std::string_view text) {
  PythonFloats floats(text, kMaxJsonValues);
  Builder builder(&floats);
  const std::string_view readable = floats.text();
  const bool complete = nlohmann::json::sax_parse(readable.begin(), readable.end(), &builder);
  if (!builder.error().ok()) return builder.error();
  if (!complete) return CorruptFile("malformed JSON");
  return builder.TakeRoot();
}

Result<Json> ParseJsonObject(std::string_view text) {
  OCTET_ASSIGN_OR_RETURN(Json parsed, ParseJson(text));
  if (!parsed.AsObject()) return CorruptFile("not a JSON object");
  return parsed;
}

Result<Json> ReadJsonObject(const std::string& path) {
  OCTET_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxJsonBytes));
  Result<Json> parsed = ParseJsonObject(text);
  if (!parsed.ok()) return parsed.status().InFile(path);
  return parsed;
}

const Json* FindMember(const Json& object, std::string_view key) {
  const Json::Object* members = object.AsObject();
  if (!members) return nullptr;
  const auto found = std::ranges::lower_bound(*members, key, {}, &Json::Member::key);
  if (found == members->end() || found->key != key || found->value.is_null()) return nullptr;
  return &found->value;
}

Status ReadMember(const Json& object, std::string_view key, bool& value) {
  const Json* member = FindMember(object, key);
  if (!member) return Status();
  const bool* flag = member->AsBool();
  if (!flag) return WrongType(key, "true or false");
  value = *flag;
  return Status();
}

Status ReadMember(const Json& object, std::string_view key, int64_t& value) {
  const Json* member = FindMember(object, key);
  if (!member) return Status();
  const std::optional<int64_t> integer = member->AsInteger();
  if (!integer) return WrongType(key, "a 64-bit integer");
  value = *integer;
  return Status();
}

Status ReadMember(const Json& object, std::string_view key, double& value) {
  const Json* member = FindMember(object, key);
  if (!member) return Status();
  const std::optional<double> number = member->AsNumber();
  if (!number || !std::isfinite(*number)) return WrongType(key, "a number");
  value = *number;
  return Status();
}

Status ReadMember(const Json& object, std::string_view key, std::string& value) {
  const Json* member = FindMember(object, key);
  if (!member) return Status();
  if (const Json* content = FindMember(*member, "content")) member = content;
  const std::string* text = member->AsString();
  if (!text) return WrongType(key, "a string");
  value = *text;
  return Status();
}

}  // namespace octet
