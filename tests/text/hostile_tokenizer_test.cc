// No tokenizer.json, whatever it says, makes octet take more time or memory than its size and the
// size of the text justify.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "tests/support/linear_time.h"
#include "text/piece_trie.h"
#include "text/tokenizer_json.h"

namespace octet::text {
namespace {

// The parts of a tokenizer.json that the tests change.
struct File {
  std::string max_word_chars = "100";
  std::string more_vocabulary = "";  // `, "token": id ...`, from id 4 on
  std::string added_tokens = "[]";
  std::string normalizer = R"({"type": "BertNormalizer"})";
  std::string post_processor =
      R"({"type": "BertProcessing", "cls": ["[C]", 1], "sep": ["[S]", 2]})";
};

Result<Tokenizer> Load(const File& file) {
  const std::string text =
      R"({"added_tokens": )" + file.added_tokens + R"(, "normalizer": )" + file.normalizer +
      R"(, "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": )" +
      file.post_processor +
      R"(, "model": {"type": "WordPiece", "unk_token": "[U]", "max_input_chars_per_word": )" +
      file.max_word_chars + R"(, "vocab": {"[U]": 0, "[C]": 1, "[S]": 2, "a": 3)" +
      file.more_vocabulary + "}}}";
  OCTET_ASSIGN_OR_RETURN(const Json json, ParseJsonObject(text));
  OCTET_ASSIGN_OR_RETURN(TokenizerParts parts, ParseTokenizerJson(json));
  OCTET_ASSIGN_OR_RETURN(parts.options.added_tokens, parts.added_tokens.Resolve(parts.vocabulary));
  return Tokenizer::Create(std::move(parts.vocabulary), std::move(parts.options));
}

std::string Repeat(const std::string& text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

// Whether the time for a text is linear in it. The text repeats `part` so many times, or kMoreWork
// times as many.
bool IsLinear(const Tokenizer& tokenizer, const std::string& part, size_t times) {
  const std::string few = Repeat(part, times);
  const std::string many = Repeat(part, testing::kMoreWork * times);
  return testing::TakesLinearTime(
      [&](bool more) { CHECK(tokenizer.Encode(more ? many : few, std::nullopt, 1 << 30).ok()); });
}

TEST_CASE("words may have some thousands of characters, and then no pieces of a thousand") {
  const auto error = [](const File& file) { return Load(file).status(); };
  CHECK(error({.max_word_chars = "4096"}).ok());
  for (const char* limit : {"4097", "1099511627776", "9223372036854775807"}) {
    const Status status = error({.max_word_chars = limit});
    CHECK(status.code() == StatusCode::kResourceLimit);
    CHECK(status.message() ==
          "'max_input_chars_per_word' is " + std::string(limit) + ", limit 4096");
  }
  const auto piece = [](size_t length) {
    return ", \"" + std::string(length, 'a') + "\": 4, \"\u00e9" + Repeat("\u00e9", 509) + "\": 5";
  };
  CHECK(error({.max_word_chars = "512", .more_vocabulary = piece(10000)}).ok());
  CHECK(error({.max_word_chars = "513", .more_vocabulary = piece(512)}).ok());
  const Status status = error({.max_word_chars = "513", .more_vocabulary = piece(513)});
  CHECK(status.code() == StatusCode::kResourceLimit);
  CHECK(status.message().ends_with(
      "...' has 513 characters, limit 512 with 'max_input_chars_per_word' 513"));
}

TEST_CASE("the longest words and pieces that are allowed take linear time") {
  const std::string pieces =
      ", \"" + std::string(512, 'a') + "\": 4, \"##" + std::string(510, 'a') + "\": 5, \"##a\": 6";
  const auto tokenizer = Load({.max_word_chars = "4096", .more_vocabulary = pieces});
  REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
  // From every character the tokenizer walks to the end of the longest piece before it gives up.
  const std::string word = std::string(509, 'a') + "b ";
  CHECK(IsLinear(*tokenizer, word, 10));
  const std::string longest = std::string(4096, 'a') + " ";
  CHECK(IsLinear(*tokenizer, longest, 5));
}

// A list of the tokens ab0, ab1 and so on. Every other one is normalized.
std::string AddedTokensAlike(int count) {
  std::string list = "[";
  for (int i = 0; i < count; ++i) {
    if (i > 0) list += ',';
    list += R"({"id": )" + std::to_string(i + 4) + R"(, "content": "ab)" + std::to_string(i) +
            R"(", "normalized": )" + (i % 2 ? "true" : "false") + "}";
  }
  return list + "]";
}

TEST_CASE("tens of thousands of added tokens that begin alike take linear time") {
  const auto tokenizer = Load({.added_tokens = AddedTokensAlike(20000)});
  REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
  CHECK(IsLinear(*tokenizer, "ab", 1000));
  CHECK(IsLinear(*tokenizer, "ab1999", 1000));
}

TEST_CASE("an added token that takes all white space behind it, in white space") {
  for (const char* side : {"lstrip", "rstrip"}) {
    CAPTURE(side);
    const auto tokenizer = Load(
        {.added_tokens = std::string(R"([{"id": 4, "content": " ", ")") + side + R"(": true}])",
         .normalizer = "null",
         .post_processor =
             R"({"type": "RobertaProcessing", "cls": ["[C]", 1], "sep": ["[S]", 2]})"});
    REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
    CHECK(IsLinear(*tokenizer, " ", 4000));
  }
}

TEST_CASE("the longest added token that is allowed, and a text of its beginnings") {
  const std::string token = std::string(AddedTokens::kMaxBytes - 1, 'a') + "b";
  const auto tokenizer =
      Load({.added_tokens = R"([{"id": 4, "content": ")" + token + R"(", "normalized": false}])"});
  REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
  CHECK(IsLinear(*tokenizer, "a", 5000));
}

TEST_CASE("reading a list of added tokens takes linear time") {
  const std::string few = AddedTokensAlike(2000);
  const std::string many = AddedTokensAlike(32000);
  CHECK(testing::TakesLinearTime(
      [&](bool more) { CHECK(Load({.added_tokens = more ? many : few}).ok()); }));
}

TEST_CASE("texts of one kind of character take linear time") {
  const auto tokenizer = Load({});
  REQUIRE(tokenizer.ok());
  for (const std::string part :
       {"a", "\u0301", "\u0301\u0323", "\u4e2d", "[", " ", "a ", "\xff", "\u1e69\u0300"}) {
    CAPTURE(part);
    CHECK(IsLinear(*tokenizer, part, 5000));
  }
}

TEST_CASE("the steps of a normalizer are limited") {
  const auto sequence = [](const std::string& part, int count) {
    return R"({"type": "Sequence", "normalizers": [)" + part + Repeat(", " + part, count - 1) +
           "]}";
  };
  CHECK(Load({.normalizer = sequence(R"({"type": "NFD"})", 16)}).ok());
  CHECK(Load({.normalizer = sequence(R"({"type": "BertNormalizer"})", 4)}).ok());
  for (const std::string part : {R"({"type": "NFD"})", R"({"type": "Strip"})"}) {
    const Status status = Load({.normalizer = sequence(part, 17)}).status();
    CHECK(status.code() == StatusCode::kResourceLimit);
    CHECK(status.message() == "normalizer of more than 16 steps");
  }
  CHECK(Load({.normalizer = sequence(R"({"type": "BertNormalizer"})", 100000)}).status().code() ==
        StatusCode::kResourceLimit);
}

TEST_CASE("a special token that stands for many, named often, is limited") {
  const auto processor = [](int entries, int ids) {
    const std::string entry = R"({"SpecialToken": {"id": "x", "type_id": 0}})";
    return R"({"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A"}})" +
           Repeat(", " + entry, entries) + R"(], "special_tokens": {"x": {"ids": [1)" +
           Repeat(", 1", ids - 1) + R"(], "tokens": ["[C]")" + Repeat(R"(, "[C]")", ids - 1) +
           "]}}}";
  };
  const auto tokenizer = Load({.post_processor = processor(5, 51)});
  REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
  CHECK(tokenizer->Encode("a", std::nullopt, 512)->ids.size() == 256);
  for (const auto& [entries, ids] : {std::pair(2, 128), {10000, 10000}}) {
    const Status status = Load({.post_processor = processor(entries, ids)}).status();
    CHECK(status.code() == StatusCode::kResourceLimit);
    CHECK(status.message() == "post_processor: template of more than 256 pieces");
  }
}

TEST_CASE("unused ids are limited") {
  CHECK(Load({.more_vocabulary = R"(, "b": 1000000)"}).ok());
  const Status status = Load({.more_vocabulary = R"(, "b": 4194303)"}).status();
  CHECK(status.code() == StatusCode::kResourceLimit);
  CHECK(status.message() == "token 'b' has id 4194303, which leaves more than 1048576 ids unused");
}

TEST_CASE("reading a vocabulary takes linear time, whatever its words") {
  const auto lines = [](size_t count, auto word) {
    std::string text = "[UNK]\n";
    for (size_t i = 0; i < count; ++i) text += word(i) + "\n";
    return text;
  };
  const auto is_linear = [&](auto word) {
    const std::string few = lines(2500, word);
    const std::string many = lines(40000, word);
    return testing::TakesLinearTime(
        [&](bool more) { CHECK(Vocabulary::Parse(more ? many : few).ok()); });
  };
  CHECK(is_linear([](size_t) { return std::string(); }));
  CHECK(is_linear([](size_t) { return std::string("same"); }));
  CHECK(is_linear([](size_t i) { return std::to_string(i); }));
  CHECK(is_linear([](size_t i) { return std::string(50, 'a') + std::to_string(i); }));
  CHECK(is_linear([](size_t i) { return std::to_string(i) + std::string(50, 'a'); }));
}

// If a trie kept its edges in a hash table with a known function, the bytes of one long word could
// be chosen so that they collide.
TEST_CASE("words that would collide under a known hash function do not") {
  const auto word = [](size_t length) {
    const auto slot = [](uint64_t node, unsigned char byte) {
      return ((node << 8 | byte) + 1) * 0x9E3779B97F4A7C15u >> 32 & 0xFFFFF;
    };
    std::string bytes;
    for (size_t node = 0; node < length; ++node) {
      char best = ' ';
      for (char byte = ' '; byte < '~'; ++byte) {
        const auto of = [&](char c) { return slot(node, static_cast<unsigned char>(c)); };
        if (of(byte) < of(best)) best = byte;
      }
      bytes += best;
    }
    return bytes;
  };
  const std::string few = word(25000);
  const std::string many = word(400000);
  CHECK(testing::TakesLinearTime([&](bool more) {
    const PieceTrie trie({more ? many : few});
    CHECK(trie.Walk(PieceTrie::kRoot, more ? many : few) != PieceTrie::kNone);
  }));
}

}  // namespace
}  // namespace octet::text
