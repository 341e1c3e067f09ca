// What the readers of tokenizer.json refuse, and what tokenizers refuse at a text.
#include "text/tokenizer_json_parts.h"

#include <doctest/doctest.h>

#include <string>

#include "text/tokenizer_json.h"

namespace octet::text {
namespace {

enum class Kind : uint8_t { kNormalizer, kPreTokenizer, kPostProcessor };

Status Read(Kind kind, const std::string& text) {
  const auto part = ParseJsonObject(text);
  REQUIRE_MESSAGE(part.ok(), part.status().ToString());
  PartsReader reader;
  switch (kind) {
    case Kind::kNormalizer:
      return reader.ReadNormalizer(*part);
    case Kind::kPreTokenizer:
      return reader.ReadPreTokenizer(*part);
    case Kind::kPostProcessor:
      return reader.ReadPostProcessor(*part);
  }
  return Status();
}

std::string Sequence(const std::string& list, const std::string& part, int count) {
  std::string text = R"({"type": "Sequence", ")" + list + R"(": [)" + part;
  for (int i = 1; i < count; ++i) text += ", " + part;
  return text + "]}";
}

TEST_CASE("malformed normalizers") {
  const auto message = [](const std::string& part) {
    const Status status = Read(Kind::kNormalizer, part);
    CHECK(status.code() == StatusCode::kInvalidModel);
    return status.message();
  };
  CHECK(message(R"({"type": "Prepend"})") == "normalizer 'Prepend' has no 'prepend'");
  CHECK(message(R"({"type": "Replace", "pattern": {"String": "a"}})") ==
        "normalizer 'Replace' has no 'content'");
  CHECK(message(R"({"type": "Replace", "pattern": "a", "content": "b"})") ==
        "'pattern' is neither a String nor a Regex");
}

TEST_CASE("malformed pre-tokenizers") {
  const auto message = [](const std::string& part) {
    const Status status = Read(Kind::kPreTokenizer, part);
    CHECK(status.code() == StatusCode::kInvalidModel);
    return status.message();
  };
  CHECK(message(R"({"type": "Metaspace"})") == "'replacement' is not one character");
  CHECK(message(R"({"type": "Metaspace", "replacement": "ab"})") ==
        "'replacement' is not one character");
  CHECK(message(R"({"type": "Metaspace", "replacement": "_", "prepend_scheme": "last"})") ==
        "pre_tokenizer: prepend_scheme 'last'");
  // As in the reference, the older form cannot say "never" by itself.
  CHECK(message(R"({"type": "Metaspace", "replacement": "_", "add_prefix_space": false})") ==
        "pre_tokenizer: add_prefix_space contradicts prepend_scheme");
  CHECK(message(R"({"type": "Punctuation", "behavior": "isolated"})") ==
        "pre_tokenizer: behavior 'isolated'");
  CHECK(message(R"({"type": "FixedLength", "length": 0})") == "pre_tokenizer: length 0");
  CHECK(message(R"({"type": "CharDelimiterSplit"})") == "'delimiter' is not one character");
  CHECK(message(R"({"type": "Split", "behavior": "Removed"})") ==
        "'pattern' is neither a String nor a Regex");
}

TEST_CASE("an empty pattern is Unsupported") {
  const Status status =
      Read(Kind::kPreTokenizer, R"({"type": "Split", "pattern": {"String": ""}})");
  CHECK(status.code() == StatusCode::kUnsupported);
  CHECK(status.message() == "an empty pattern");
}

TEST_CASE("the steps of parts are limited") {
  const auto limit = [](Kind kind, const std::string& list, const std::string& part, int count) {
    CHECK(Read(kind, Sequence(list, part, count)).ok());
    return Read(kind, Sequence(list, part, count + 1));
  };
  const Status pre_tokenizer =
      limit(Kind::kPreTokenizer, "pretokenizers", R"({"type": "FixedLength"})", 16);
  CHECK(pre_tokenizer.code() == StatusCode::kResourceLimit);
  CHECK(pre_tokenizer.message() == "pre_tokenizer of more than 16 steps");
  const Status post_processor =
      limit(Kind::kPostProcessor, "processors", R"({"type": "ByteLevel"})", 16);
  CHECK(post_processor.code() == StatusCode::kResourceLimit);
  CHECK(post_processor.message() == "post_processor: more than 16 parts trim offsets");
}

// A tokenizer of two tokens with these parts.
Result<Tokenizer> Make(const std::string& parts, const std::string& model = R"("WordLevel")") {
  const std::string vocab =
      model == R"("Unigram")" ? R"([["[U]", 0], ["a", 0]])" : R"({"[U]": 0, "a": 1})";
  OCTET_ASSIGN_OR_RETURN(
      const Json json,
      ParseJsonObject("{" + parts + R"(, "model": {"type": )" + model +
                      R"(, "unk_token": "[U]", "unk_id": 0, "vocab": )" + vocab + "}}"));
  OCTET_ASSIGN_OR_RETURN(TokenizerParts read, ParseTokenizerJson(json));
  OCTET_ASSIGN_OR_RETURN(read.options.added_tokens, read.added_tokens.Resolve(read.vocabulary));
  return Tokenizer::Create(std::move(read.vocabulary), std::move(read.options));
}

TEST_CASE("Unigram cannot trim offsets") {
  const auto tokenizer = Make(R"("post_processor": {"type": "ByteLevel"})", R"("Unigram")");
  CHECK(tokenizer.status().code() == StatusCode::kUnsupported);
  CHECK(tokenizer.status().message() == "trim_offsets with the model Unigram");
  CHECK(Make(R"("post_processor": {"type": "ByteLevel", "trim_offsets": false})", R"("Unigram")")
            .ok());
}

TEST_CASE("a text that grows too long is refused before it takes memory") {
  const std::string replace = R"({"type": "Replace", "pattern": {"String": "a"}, "content": ")" +
                              std::string(100, 'a') + R"("})";
  const std::string prepend =
      R"({"type": "Prepend", "prepend": ")" + std::string(5000, 'a') + "\"}";
  const std::string byte_level = R"({"type": "ByteLevel", "use_regex": false})";
  for (const std::string& parts :
       {R"("normalizer": )" + replace, R"("normalizer": )" + prepend,
        R"("normalizer": )" + Sequence("normalizers", R"({"type": "ByteLevel"})", 16),
        R"("pre_tokenizer": )" + Sequence("pretokenizers", byte_level, 16)}) {
    const auto tokenizer = Make(parts);
    REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
    const std::string text = parts == R"("normalizer": )" + prepend ? "a" : std::string(1000, 'a');
    CHECK(tokenizer->Encode(text + "\u00e9", std::nullopt, 1 << 20).ok() == false);
    const Status status = tokenizer->Encode(text + "\u00e9", std::nullopt, 1 << 20).status();
    CHECK(status.code() == StatusCode::kResourceLimit);
    CHECK(status.message() == "the tokenizer makes the text more than 32 times as long");
  }
}

TEST_CASE("a step behind a Replace that puts something in front of a text") {
  const std::string replace = R"({"type": "Replace", "pattern": {"Regex": "^"}, "content": "a"})";
  const auto alone = Make(R"("normalizer": )" + replace);
  REQUIRE(alone.ok());
  CHECK(alone->Encode("", std::nullopt, 8)->ids.empty());
  CHECK(alone->Encode("x", std::nullopt, 8)->offsets == std::vector<TokenOffsets>{{0, 1}});
  for (const std::string& parts :
       {R"("normalizer": {"type": "Sequence", "normalizers": [)" + replace +
            R"(, {"type": "Lowercase"}]})",
        R"("pre_tokenizer": {"type": "ByteLevel"}, "normalizer": )" + replace}) {
    const auto tokenizer = Make(parts);
    REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
    const Status status = tokenizer->Encode("x", std::nullopt, 8).status();
    CHECK(status.code() == StatusCode::kUnsupported);
    CHECK(status.message() == "the tokenizer rewrites what a Replace put in front of the text");
  }
}

TEST_CASE("truncation on the left, and none at all") {
  const std::string by_char = R"("pre_tokenizer": {"type": "FixedLength", "length": 1})";
  const auto left = Make(by_char + R"(, "truncation": {"direction": "Left"})");
  REQUIRE(left.ok());
  CHECK(left->Encode("aax", std::nullopt, 2)->ids == std::vector<int32_t>{1, 0});
  CHECK(left->Encode("aax", "axa", 4)->ids == std::vector<int32_t>{1, 0, 0, 1});
  CHECK(Make(by_char)->Encode("aax", std::nullopt, 2)->ids == std::vector<int32_t>{1, 1});
  const auto all = left->Encode("aax", std::nullopt, 0, Truncation::kDoNotTruncate);
  REQUIRE(all.ok());
  CHECK(all->ids == std::vector<int32_t>{1, 1, 0});
  const Status status = Make(by_char + R"(, "truncation": {"direction": "Up"})").status();
  CHECK(status.code() == StatusCode::kInvalidModel);
  CHECK(status.message() == "direction 'Up'");
  // Encode does not pad, so that the side of the padding makes no difference to it.
  CHECK(Make(by_char + R"(, "padding": {"direction": "Left"})").ok());
}

}  // namespace
}  // namespace octet::text
