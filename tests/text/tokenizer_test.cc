#include "text/tokenizer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace octet::text {
namespace {

const std::string kData = "tests/data/tokenizer/";

Tokenizer Load(bool lowercase, TokenizerOptions options = {},
               BertNormalizerOptions normalizer = {}) {
  auto vocabulary = Vocabulary::Load(
      kData + (lowercase ? "bert-base-uncased-vocab.txt" : "bert-base-cased-vocab.txt"));
  REQUIRE_MESSAGE(vocabulary.ok(), vocabulary.status().ToString());
  normalizer.lowercase = lowercase;
  options.normalizer = BertNormalizer(normalizer);
  auto tokenizer = Tokenizer::Create(*std::move(vocabulary), std::move(options));
  REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
  return *std::move(tokenizer);
}

const Tokenizer& Uncased() {
  static const Tokenizer tokenizer = Load(true);
  return tokenizer;
}

const Tokenizer& Cased() {
  static const Tokenizer tokenizer = Load(false);
  return tokenizer;
}

// The tokens of a text as words, without [CLS] and [SEP].
std::vector<std::string> Words(const Tokenizer& tokenizer, std::string_view text) {
  const auto encoding = tokenizer.Encode(text, std::nullopt, 1 << 24);
  REQUIRE_MESSAGE(encoding.ok(), encoding.status().ToString());
  std::vector<std::string> words;
  for (size_t i = 1; i + 1 < encoding->ids.size(); ++i) {
    words.push_back(tokenizer.vocabulary().Token(encoding->ids[i]));
  }
  return words;
}

using Strings = std::vector<std::string>;

TEST_CASE("equals the reference on every golden vector") {
  std::ifstream file(kData + "wordpiece_vectors.jsonl");
  REQUIRE(file);
  int lines = 0;
  int different = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    const auto golden = nlohmann::json::parse(line);
    const auto a = golden["a"].get<std::string>();
    const auto b = golden["b"].is_null() ? std::string() : golden["b"].get<std::string>();
    const auto& tokenizer = golden["vocab"] == "uncased" ? Uncased() : Cased();
    const auto encoding = tokenizer.Encode(
        a, golden["b"].is_null() ? std::nullopt : std::optional<std::string_view>(b),
        golden["max_length"].get<int64_t>());
    REQUIRE_MESSAGE(encoding.ok(), encoding.status().ToString());
    std::vector<std::array<uint32_t, 2>> offsets;
    for (const TokenOffsets& o : encoding->offsets) offsets.push_back({o.begin, o.end});
    const bool same = encoding->ids == golden["ids"].get<std::vector<int32_t>>() &&
                      encoding->type_ids == golden["type_ids"].get<std::vector<int32_t>>() &&
                      offsets == golden["offsets"].get<std::vector<std::array<uint32_t, 2>>>();
    if (!same && ++different <= 10) {
      nlohmann::json ours = {{"ids", encoding->ids}, {"offsets", offsets}};
      MESSAGE("line " << lines + 1 << ": " << line << "\nours: " << ours.dump());
    }
  }
  CHECK(lines == 1478);
  CHECK(different == 0);
}

TEST_CASE("splits words, punctuation and pieces") {
  CHECK(Words(Uncased(), "Unaffable, isn't it?") ==
        Strings{"una", "##ffa", "##ble", ",", "isn", "'", "t", "it", "?"});
  CHECK(Words(Cased(), "Hello hello") == Strings{"Hello", "hello"});
  CHECK(Words(Uncased(), "r\u00e9sum\u00e9 CAF\u00c9") == Strings{"resume", "cafe"});
  CHECK(Words(Uncased(), "\u4e2d\u6587x") == Strings{"\u4e2d", "\u6587", "x"});
}

TEST_CASE("drops control and format characters and U+FFFD, splits at every white space") {
  const std::string nul("a\0b", 3);
  CHECK(Words(Uncased(), nul) == Strings{"ab"});
  CHECK(Words(Uncased(), "a\u200bb\ufeff\u00ad\ufffdc\x07") == Strings{"abc"});
  CHECK(Words(Uncased(), "a\u00a0b\u3000c\u2028d\te\nf\rg") ==
        Strings{"a", "b", "c", "d", "e", "f", "g"});
}

TEST_CASE("lower-casing does not depend on context, and accents are stripped first") {
  // Final sigma stays a plain one; U+0130 loses its dot; sharp s is kept.
  CHECK(Words(Uncased(), "\u039f\u03a3") == Words(Uncased(), "\u03bf\u03c3"));
  CHECK(Words(Uncased(), "\u0130") == Strings{"i"});
  CHECK(Words(Uncased(), "\u00df") == Strings{"\u00df"});
}

TEST_CASE("accents are stripped as the options say, by default with lower-casing") {
  const std::string text = "caf\u00e9";
  CHECK(Words(Uncased(), text) == Strings{"cafe"});
  CHECK(Words(Cased(), text) == Strings{"caf\u00e9"});
  CHECK(Words(Load(true, {}, {.strip_accents = false}), text) == Strings{"[UNK]"});
  CHECK(Words(Load(false, {}, {.strip_accents = true}), text) == Words(Cased(), "cafe"));
}

TEST_CASE("Chinese characters stay in their word if the options say so") {
  const auto whole = Load(true, {}, {.tokenize_chinese_chars = false});
  CHECK(Words(whole, "\u4e2d\u6587") == Strings{"\u4e2d", "##\u6587"});
}

TEST_CASE("special tokens in the text become special ids, unless switched off") {
  CHECK(Words(Uncased(), "a[SEP]b [MASK]") == Strings{"a", "[SEP]", "b", "[MASK]"});
  CHECK(Words(Uncased(), "[sep]") == Strings{"[", "sep", "]"});
  TokenizerOptions options;
  options.match_special_tokens = false;
  CHECK(Words(Load(true, options), "a[SEP]") == Strings{"a", "[", "sep", "]"});
  const auto encoding = Uncased().Encode("\u00e9 [SEP]x", std::nullopt, 16);
  REQUIRE(encoding.ok());
  CHECK(encoding->offsets[2] == TokenOffsets{2, 7});
  CHECK(encoding->offsets[3] == TokenOffsets{7, 8});
}

TEST_CASE("of two added tokens the longer match wins") {
  TokenizerOptions options;
  options.added_tokens = {{.content = "ab", .id = 5}, {.content = "abc", .id = 6}};
  const auto encoding = Load(true, options).Encode("abcab", std::nullopt, 16);
  REQUIRE(encoding.ok());
  CHECK(encoding->ids == std::vector<int32_t>{101, 6, 5, 102});
}

TEST_CASE("only_first and only_second cut one text, and fail if that is not enough") {
  const auto ids = [](int64_t max_length, Truncation truncation) {
    return Uncased().Encode("a b c d", "a b", max_length, truncation);
  };
  CHECK(ids(7, Truncation::kOnlyFirst)->ids ==
        std::vector<int32_t>{101, 1037, 1038, 102, 1037, 1038, 102});
  CHECK(ids(8, Truncation::kOnlySecond)->ids ==
        std::vector<int32_t>{101, 1037, 1038, 1039, 1040, 102, 1037, 102});
  for (const auto& [length, truncation] :
       {std::pair(5, Truncation::kOnlyFirst), std::pair(7, Truncation::kOnlySecond)}) {
    const Status status = ids(length, truncation).status();
    CHECK(status.code() == StatusCode::kInvalidArgument);
    CHECK(status.message().find("cannot be reached") != std::string::npos);
  }
  CHECK(Uncased().Encode("a b c", std::nullopt, 4, Truncation::kOnlyFirst)->ids.size() == 4);
}

TEST_CASE("a word of 100 characters has pieces, one of 101 is [UNK]") {
  CHECK(Words(Uncased(), std::string(100, 'a')).size() > 1);
  CHECK(Words(Uncased(), std::string(101, 'a')) == Strings{"[UNK]"});
}

TEST_CASE("malformed UTF-8 is read as U+FFFD, which is dropped but counted in offsets") {
  // Overlong, surrogate, lone continuation, cut sequence.
  CHECK(Words(Uncased(),
              "a\xC0\xAF"
              "b\xED\xA0\x80"
              "c\x80"
              "d\xF0\x9F\x98") == Words(Uncased(), "abcd"));
  const auto encoding = Uncased().Encode("\xF0\x9F x", std::nullopt, 16);
  REQUIRE(encoding.ok());
  CHECK(encoding->offsets[1] == TokenOffsets{2, 3});
}

TEST_CASE("empty and blank texts give only the tokens of the template") {
  for (const char* text : {"", "   ", "\t\r\n"}) {
    const auto single = Uncased().Encode(text, std::nullopt, 8);
    REQUIRE(single.ok());
    CHECK(single->ids == std::vector<int32_t>{101, 102});
    const auto pair = Uncased().Encode(text, text, 8);
    REQUIRE(pair.ok());
    CHECK(pair->ids == std::vector<int32_t>{101, 102, 102});
    CHECK(pair->type_ids == std::vector<int32_t>{0, 0, 1});
  }
}

TEST_CASE("if the budget is odd, the longer field or else the second keeps the extra token") {
  const auto lengths = [](std::string_view a, std::string_view b, int64_t max_length) {
    const auto encoding = Uncased().Encode(a, b, max_length);
    REQUIRE(encoding.ok());
    const auto second = std::count(encoding->type_ids.begin(), encoding->type_ids.end(), 1) - 1;
    return std::pair(static_cast<int64_t>(encoding->ids.size()) - 3 - second, second);
  };
  CHECK(lengths("a b c d e", "a b c d e", 8) == std::pair<int64_t, int64_t>(2, 3));
  CHECK(lengths("a b c d e f", "a b c d e", 8) == std::pair<int64_t, int64_t>(3, 2));
  CHECK(lengths("a", "a b c d e f g h", 8) == std::pair<int64_t, int64_t>(1, 4));
  CHECK(lengths("a b c d e f g h", "a", 8) == std::pair<int64_t, int64_t>(4, 1));
  CHECK(lengths("a b", "a b c", 8) == std::pair<int64_t, int64_t>(2, 3));
}

TEST_CASE("max_length without room, or above the model's, is an error") {
  for (const int64_t max_length : {-1, 0, 1, 2}) {
    const auto encoding = Uncased().Encode("a", std::nullopt, max_length);
    REQUIRE_FALSE(encoding.ok());
    CHECK(encoding.status().code() == StatusCode::kInvalidArgument);
  }
  CHECK(Uncased().Encode("a", std::nullopt, 3).ok());
  CHECK(Uncased().Encode("a", "b", 3).status().code() == StatusCode::kInvalidArgument);
  CHECK(Uncased().Encode("a", "b", 4).ok());
  TokenizerOptions options;
  options.model_max_length = 512;
  const Tokenizer limited = Load(true, options);
  CHECK(limited.Encode("a", std::nullopt, 512).ok());
  const Status status = limited.Encode("a", std::nullopt, 513).status();
  CHECK(status.ToString() == "InvalidArgument: max_length 513 is above the model's 512");
}

TEST_CASE("a vocabulary without a special token is refused, and the error names the token") {
  for (const std::string missing : {"[UNK]", "[CLS]", "[SEP]"}) {
    std::string text;
    for (const std::string token : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"}) {
      if (token != missing) text += token + "\n";
    }
    const auto tokenizer = Tokenizer::Create(*Vocabulary::Parse(text));
    REQUIRE_FALSE(tokenizer.ok());
    CHECK(tokenizer.status().ToString() == "InvalidModel: the vocabulary has no " + missing);
  }
}

TEST_CASE("without [PAD] in the vocabulary, the padding id is the caller's, or 0") {
  TokenizerOptions options;
  CHECK(Tokenizer::Create(*Vocabulary::Parse("[UNK]\n[CLS]\n[SEP]\n"))->pad_id() == 0);
  options.pad_id = 2;
  CHECK(Tokenizer::Create(*Vocabulary::Parse("[UNK]\n[CLS]\n[SEP]\n"), options)->pad_id() == 2);
  CHECK(Tokenizer::Create(*Vocabulary::Parse("[UNK]\n[PAD]\n[CLS]\n[SEP]\n"), options)->pad_id() ==
        1);
}

TEST_CASE("added tokens must have text, an id and a limited length") {
  const auto error = [](const AddedToken& token) {
    TokenizerOptions options;
    options.added_tokens = {token};
    auto vocabulary = Vocabulary::Load(kData + "bert-base-uncased-vocab.txt");
    return Tokenizer::Create(*std::move(vocabulary), options).status();
  };
  CHECK(error({.content = "", .id = 1}).message() == "an added token has no 'content'");
  CHECK(error({.content = "x"}).message() == "added token 'x' has no id");
  CHECK(error({.content = "\u0301", .id = 1, .normalized = true}).message() ==
        "added token '\u0301' has no character left after normalization");
  CHECK(error({.content = std::string(AddedTokens::kMaxBytes + 1, 'x'), .id = 1}).code() ==
        StatusCode::kResourceLimit);
}

TEST_CASE("a text above the limit is refused") {
  const size_t size = Tokenizer::kMaxTextBytes + 1;
  const std::unique_ptr<char, decltype(&std::free)> text(static_cast<char*>(std::calloc(size, 1)),
                                                         &std::free);  // never touched
  REQUIRE(text);
  const Status status = Uncased().Encode("a", std::string_view(text.get(), size), 16).status();
  CHECK(status.code() == StatusCode::kResourceLimit);
}

// A non-ASCII text takes the general path, an ASCII text skips accents and Chinese characters. A
// Chinese character in front must not change the tokens after it.
TEST_CASE("the ASCII path equals the general path") {
  const uint32_t seed = 20240611;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const Tokenizer* tokenizer : {&Uncased(), &Cased()}) {
    for (int round = 0; round < 2000; ++round) {
      std::string text;
      for (auto length = random() % 40; length > 0; --length) {
        text += static_cast<char>(random() % 4 ? 'A' + random() % 58 : random() % 128);
      }
      Strings expected = Words(*tokenizer, "\u4e2d");
      const Strings ascii = Words(*tokenizer, text);
      expected.insert(expected.end(), ascii.begin(), ascii.end());
      REQUIRE(Words(*tokenizer, "\u4e2d " + text) == expected);
    }
  }
}

TEST_CASE("hostile texts take linear time") {
  const auto seconds = [](const std::string& text) {
    const auto start = std::chrono::steady_clock::now();
    CHECK(Uncased().Encode(text, std::nullopt, 512).ok());
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  std::string marks = "a";
  for (int i = 0; i < 250000; ++i) marks += i % 2 ? "\u0301" : "\u0323";
  std::string long_words;  // words of the maximal length, whose end is not in any piece
  for (int i = 0; i < 10000; ++i) long_words += std::string(99, 'a') + "\u2603 ";
  // Quadratic time would take minutes to hours; the bound leaves room for sanitizers.
  CHECK(seconds(std::string(10 << 20, 'a')) < 30);
  CHECK(seconds(marks) < 30);
  CHECK(seconds(long_words) < 30);
  CHECK(seconds(std::string(1 << 20, '[')) < 30);
}

TEST_CASE("one tokenizer serves many threads") {
  const std::string text = "The r\u00e9sum\u00e9 of \u4e2d\u6587, unaffable.";
  const auto expected = Uncased().Encode(text, text, 24);
  REQUIRE(expected.ok());
  std::vector<int> same(4);
  std::vector<std::thread> threads;
  for (int& count : same) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const auto encoding = Uncased().Encode(text, text, 24);
        count += encoding.ok() && encoding->ids == expected->ids;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(same == std::vector<int>(4, 200));
}

}  // namespace
}  // namespace octet::text
