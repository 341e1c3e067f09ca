#include "base/json.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <string>

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

TEST_CASE("every kind of value is parsed as nlohmann::json parses it") {
  for (const std::string text :
       {"null", "true", "-7", "18446744073709551615", "1.5e3", "\"a\\u00e9\\n\"", "[]", "{}",
        R"([1, [2, {"a": [3], "b": {}}], "c"])", R"({"a": {"b": [true, null]}, "": "NaN"})"}) {
    CAPTURE(text);
    CHECK(Parse(text) == Json::parse(text));
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
        "CorruptFile: the key 'a' is repeated");
  CHECK(Error(R"([{"b": {"a": 1, "\u0061": 2}}])").code() == StatusCode::kCorruptFile);
  CHECK(Parse(R"([{"a": {"a": 1}}, {"a": 2}])").size() == 2);
}

TEST_CASE("Python's NaN and Infinity are read as floats, but ReadMember refuses them") {
  const Json parsed = Parse(
      R"({"a": NaN, "NaN": "NaN", "b": [Infinity, "-Infinity", -Infinity], "c": "\"NaN", "d": 1})");
  CHECK(std::isnan(parsed["a"].get<double>()));
  CHECK(parsed["NaN"] == "NaN");
  CHECK(parsed["b"][0].get<double>() == INFINITY);
  CHECK(parsed["b"][1] == "-Infinity");
  CHECK(parsed["b"][2].get<double>() == -INFINITY);
  CHECK(parsed["c"] == "\"NaN");
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

TEST_CASE("depth and the number of values are limited, and time is linear") {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(Parse(nested(kMaxJsonDepth)).is_array());
  CHECK(Error(nested(kMaxJsonDepth + 1)).code() == StatusCode::kResourceLimit);
  CHECK(Error(std::string(10 << 20, '[')).code() == StatusCode::kResourceLimit);
  std::string many = "[";
  for (size_t i = 1; i < kMaxJsonValues; ++i) many += i == 1 ? "0" : ",0";
  CHECK(Parse(many + "]").size() == kMaxJsonValues - 1);
  CHECK(Error(many + ",0]").message() == "JSON of more than 4194304 values");
  std::string words = "[\"\"";
  for (int i = 0; i < 300000; ++i) words += ",NaN,\"NaN\"";
  const auto start = std::chrono::steady_clock::now();
  CHECK(Parse(words + "]").size() == 600001);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
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
