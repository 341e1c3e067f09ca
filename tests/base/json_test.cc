#include "base/json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <variant>

#include "tests/support/linear_time.h"

namespace octet {
namespace {

Json Parse(std::string_view text) {
  Result<Json> parsed = ParseJson(text);
  REQUIRE_MESSAGE(parsed.ok(), parsed.status().ToString());
  return *std::move(parsed);
}

Status Error(std::string_view text) {
  const Result<Json> parsed = ParseJson(text);
  REQUIRE_FALSE(parsed.ok());
  return parsed.status();
}

nlohmann::json ToNlohmann(const Json& json) {
  return std::visit(
      [](const auto& value) -> nlohmann::json {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<T, Json::List>) {
          auto list = nlohmann::json::array();
          for (const Json& element : value) list.push_back(ToNlohmann(element));
          return list;
        } else if constexpr (std::is_same_v<T, Json::Object>) {
          auto object = nlohmann::json::object();
          for (const Json::Member& member : value) object[member.key] = ToNlohmann(member.value);
          return object;
        } else {
          return value;
        }
      },
      json.value());
}

const Json& At(const Json& object, std::string_view key) {
  const Json* member = FindMember(object, key);
  REQUIRE(member != nullptr);
  return *member;
}

TEST_CASE("every kind of value is parsed as nlohmann::json parses it") {
  for (const std::string text :
       {"null", "true", "-7", "9223372036854775807", "9223372036854775808", "18446744073709551615",
        "1.5e3", "\"a\\u00e9\\n\"", "[]", "{}", R"([1, [2, {"a": [3], "b": {}}], "c"])",
        R"({"a": {"b": [true, null]}, "": "NaN"})"}) {
    CAPTURE(text);
    CHECK(ToNlohmann(Parse(text)) == nlohmann::json::parse(text));
  }
}

TEST_CASE("a syntax error names its line and byte") {
  const Status status = Error("{\n  \"a\": nul,\n}");
  CHECK(status.code() == StatusCode::kCorruptFile);
  CHECK(status.ToString().starts_with(
      "CorruptFile: line 2: byte 12: malformed JSON: syntax error while parsing value"));
  for (const char* text : {"", "{", "[1,]", "{\"a\": 1,}", "{a: 1}", "'a'", "[1] 2", "\"\xff\"",
                           "\"\\ud800\"", "01", "1e999", "nan", "[Infinity", "{\"a\" 1}"}) {
    CAPTURE(text);
    CHECK(Error(text).code() == StatusCode::kCorruptFile);
    CHECK(Error(text).place().byte.has_value());
  }
}

TEST_CASE("one object cannot have a key twice, but two objects can have the same key") {
  CHECK(Error(R"({"a": 1, "b": {"a": 2}, "a": 1})").ToString() ==
        "CorruptFile: line 1: byte 24: the key 'a' is repeated");
  CHECK(Error(R"([{"b": {"a": 1, "\u0061": 2}}])").ToString() ==
        "CorruptFile: line 1: byte 16: the key 'a' is repeated");
  CHECK(Error("{\"z\": {},\n \"b\": \"a\", \"a\": [{\"b\": NaN}, 3],\n \"b\" : 4}").ToString() ==
        "CorruptFile: line 3: byte 44: the key 'b' is repeated");
  // Braces, colons and quotes in strings, and a key of a newline.
  CHECK(Error(R"({"}": "{:", "\"\\": "\":", "\n": "}", "\u000a": 1})").ToString() ==
        "CorruptFile: line 1: byte 38: the key '\\x0A' is repeated");
  // Of two objects with such a key the first one to end is not the first to begin.
  CHECK(Error(R"({"a": 1, "a": {"b": 1, "b": 2}})").ToString() ==
        "CorruptFile: line 1: byte 9: the key 'a' is repeated");
  CHECK(Parse(R"([{"a": {"a": 1}}, {"a": 2}])").AsList()->size() == 2);
}

TEST_CASE("Python's NaN and Infinity are read as floats, but ReadMember refuses them") {
  const Json parsed = Parse(
      R"({"a": NaN, "NaN": "NaN", "b": [Infinity, "-Infinity", -Infinity], "c": "\"NaN", "d": 1})");
  CHECK(std::isnan(*At(parsed, "a").AsNumber()));
  CHECK(*At(parsed, "NaN").AsString() == "NaN");
  const Json::List& list = *At(parsed, "b").AsList();
  CHECK(list[0].AsNumber() == INFINITY);
  CHECK(*list[1].AsString() == "-Infinity");
  CHECK(list[2].AsNumber() == -INFINITY);
  CHECK(*At(parsed, "c").AsString() == "\"NaN");
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;
  std::string string;
  CHECK(ReadMember(parsed, "a", boolean).message() == "'a' is not true or false");
  CHECK(ReadMember(parsed, "a", integer).message() == "'a' is not a 64-bit integer");
  CHECK(ReadMember(parsed, "a", number).message() == "'a' is not a number");
  CHECK(ReadMember(parsed, "a", string).message() == "'a' is not a string");
  CHECK(ReadMember(parsed, "d", number).ok());
  CHECK(number == 1);
  for (const char* text : {"{NaN: 1}", "[1NaN]", "[NaNN]", "-NaN", "[Infinit]", "NaN NaN"}) {
    CAPTURE(text);
    CHECK(Error(text).code() == StatusCode::kCorruptFile);
  }
  // The parser replaces the words by text of the same length: later places stay right.
  CHECK(Error("[NaN, -Infinity, x]").place().byte == 17);
}

TEST_CASE("depth and the number of values are limited") {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(Parse(nested(kMaxJsonDepth)).AsList());
  CHECK(Error(nested(kMaxJsonDepth + 1)).code() == StatusCode::kResourceLimit);
  CHECK(Error(std::string(10 << 20, '[')).code() == StatusCode::kResourceLimit);
  // The limit counts values of every kind.
  for (const std::string value : {"0", "[]", "{}", "\"\"", "null", "NaN"}) {
    CAPTURE(value);
    std::string many = "[";
    for (size_t i = 1; i < kMaxJsonValues; ++i) many += i == 1 ? value : "," + value;
    CHECK(Parse(many + "]").AsList()->size() == kMaxJsonValues - 1);
    const Status status = Error(many + "," + value + "," + value + "]");
    CHECK(status.message() == "JSON of more than 4194304 values");
    CHECK(status.code() == StatusCode::kResourceLimit);
  }
}

// nlohmann::json's parser with a callback takes quadratic time: at the end of each object it walks
// over all members of the parent.
TEST_CASE("a text of any shape takes linear time") {
  struct Shape {
    const char* start;
    const char* each;  // '#' stands for the number of the part
    const char* end;
  };
  for (const Shape& shape :
       {Shape{"{\"x\":[{}", ",{}", "]}"}, Shape{"[[]", ",[]", "]"},
        Shape{"[\"\"", ",NaN,\"NaN\"", "]"}, Shape{"{\"x\":1", ",\"#\":{}", "}"},
        Shape{"[{}", ",{\"a\":{\"b\":[{}]}}", "]"}, Shape{"[\"", "\\u00e9\\n", "\"]"},
        Shape{"[1", "\n", "]"}, Shape{"[", "[{\"#\":[", ""}}) {
    CAPTURE(shape.each);
    const auto text = [&](size_t parts) {
      std::string out = shape.start;
      for (size_t i = 0; i < parts; ++i) {
        for (const char* c = shape.each; *c != 0; ++c) {
          *c == '#' ? out += std::to_string(i) : out += *c;
        }
      }
      return out + shape.end;
    };
    const std::string few = text(10000);
    const std::string many = text(testing::kMoreWork * 10000);
    CHECK(testing::TakesLinearTime([&](bool more) {
      const Result<Json> parsed = ParseJson(more ? many : few);
      CHECK((parsed.ok() || parsed.status().code() == StatusCode::kResourceLimit));
    }));
  }
}

TEST_CASE("a member that is null counts as absent, and a member of another type is an error") {
  const Json object = Parse(R"({"t": true, "i": -3, "u": 18446744073709551615, "f": 1.5, "n": null,
                                "s": "x", "token": {"content": "[SEP]"}})");
  CHECK(FindMember(object, "missing") == nullptr);
  CHECK(FindMember(object, "n") == nullptr);
  CHECK(FindMember(Parse("[]"), "t") == nullptr);
  bool boolean = false;
  int64_t integer = 5;
  std::string string = "old";
  CHECK(ReadMember(object, "t", boolean).ok());
  CHECK(boolean);
  CHECK(ReadMember(object, "n", integer).ok());
  CHECK(integer == 5);
  CHECK(ReadMember(object, "i", integer).ok());
  CHECK(integer == -3);
  CHECK(ReadMember(object, "u", integer).code() == StatusCode::kInvalidModel);
  CHECK(ReadMember(object, "f", integer).code() == StatusCode::kInvalidModel);
  CHECK(ReadMember(object, "token", string).ok());
  CHECK(string == "[SEP]");
  CHECK(ReadMember(object, "t", string).code() == StatusCode::kInvalidModel);
}

}  // namespace
}  // namespace octet
