// Expected tokens are those of the reference (Hugging Face `tokenizers` 0.23.3).
#include "text/unigram.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <string>

#include "tests/text/load_model.h"

namespace octet::text {
namespace {

std::string Model(const std::string& vocabulary, const std::string& members = R"("unk_id": 0)") {
  return R"({"type": "Unigram", )" + members + R"(, "vocab": [)" + vocabulary + "]}";
}

constexpr const char* kLetters = R"(["<unk>", 0.0], ["a", -1.0], ["b", -2], ["ab", -2.5])";

TEST_CASE("the pieces with the largest sum of scores") {
  CHECK(TokensOf(Model(kLetters), "abab") == Tokens{{3, 0, 2}, {3, 2, 4}});
  CHECK(TokensOf(Model(R"(["<unk>", 0], ["a", -1], ["b", -1], ["ab", -2.5])"), "ab") ==
        Tokens{{1, 0, 1}, {2, 1, 2}});
}

TEST_CASE("of equal sums, the one with the longer last piece") {
  CHECK(TokensOf(Model(R"(["<unk>", 0], ["a", -1], ["b", -1], ["ab", -2])"), "ab") ==
        Tokens{{3, 0, 2}});
  CHECK(TokensOf(Model(R"(["<unk>", 0], ["a", -1], ["b", -1], ["c", -1], ["ab", -2], ["bc", -2])"),
                 "abc") == Tokens{{1, 0, 1}, {5, 1, 3}});
}

TEST_CASE("unknown characters side by side become one token") {
  CHECK(TokensOf(Model(kLetters), "xxa") == Tokens{{0, 0, 2}, {1, 2, 3}});
  // The piece that is unk_id counts as unknown, too.
  CHECK(TokensOf(Model(kLetters), "<unk>") == Tokens{{0, 0, 5}});
  CHECK(TokensOf(Model(kLetters), "<unk>x") == Tokens{{0, 0, 6}});
  CHECK(TokensOf(Model(kLetters), "x<unk>") == Tokens{{0, 0, 6}});
  const std::string b_is_unknown = Model(R"(["a", -1], ["b", -1], ["ab", -5])", R"("unk_id": 1)");
  CHECK(TokensOf(b_is_unknown, "abb") == Tokens{{0, 0, 1}, {1, 1, 3}});
}

TEST_CASE("an unknown character scores 10 less than the worst piece") {
  CHECK(TokensOf(Model(R"(["<unk>", 100], ["ab", 30], ["a", 50])"), "xab") ==
        Tokens{{0, 0, 1}, {2, 1, 2}, {0, 2, 3}});
  // Two unknown characters that score more than the piece that they are: it is found nevertheless.
  const std::string positive = Model(R"(["<unk>", 100], ["xy", 30])");
  CHECK(TokensOf(positive, "xy") == Tokens{{1, 0, 2}});
  CHECK(TokensOf(positive, "xyz") == Tokens{{0, 0, 3}});
}

TEST_CASE("without unk_id, a text that needs it has no encoding") {
  for (const char* members : {R"("unk_id": null)", R"("byte_fallback": false)"}) {
    const std::string model = Model(kLetters, members);
    CHECK(TokensOf(model, "ab") == Tokens{{3, 0, 2}});
    const Status status = Tokenize(model, "ax").status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    CHECK(status.message() ==
          "a part of the text is not in the vocabulary, which has no token for the unknown");
  }
}

TEST_CASE("byte_fallback: the bytes of unknown characters, if all have tokens") {
  std::string bytes = R"(["<unk>", 0.0], ["a", -1.0])";
  std::string some = bytes;
  for (int byte = 0; byte < 256; ++byte) {
    char entry[24];
    std::snprintf(entry, sizeof(entry), ", [\"<0x%02X>\", -5]", static_cast<unsigned>(byte));
    bytes += entry;
    if (byte != 0xA9) some += entry;
  }
  const std::string members = R"("unk_id": 0, "byte_fallback": true)";
  const int c3 = 0xC3 + 2;
  const int a9 = 0xA9 + 2;
  CHECK(TokensOf(Model(bytes, members), "a\u00E9") == Tokens{{1, 0, 1}, {c3, 1, 2}, {a9, 1, 2}});
  CHECK(TokensOf(Model(bytes, members), "\u00E9\u00E9") ==
        Tokens{{c3, 0, 2}, {a9, 0, 2}, {c3, 0, 2}, {a9, 0, 2}});
  CHECK(TokensOf(Model(some, members), "a\u00E9") == Tokens{{1, 0, 1}, {0, 1, 2}});
}

TEST_CASE("repeated and empty pieces") {
  CHECK(TokensOf(Model(R"(["<unk>", 0.0], ["a", -1], ["a", -9], ["b", -2])"), "ab") ==
        Tokens{{2, 0, 1}, {3, 1, 2}});
  CHECK(TokensOf(Model(R"(["<unk>", 0.0], ["", -1], ["b", -2])"), "ab") ==
        Tokens{{0, 0, 1}, {2, 1, 2}});
  // The reference counts repeated pieces where it numbers added tokens.
  const std::string added = R"(, "added_tokens": [{"id": 3, "content": "[X]", "special": true}])";
  CHECK(TokensOf(Model(R"(["<unk>", 0.0], ["a", -1], ["a", -9])"), "[X]", added) ==
        Tokens{{3, 0, 3}});
}

TEST_CASE("what is not a vocabulary with scores is refused") {
  const auto message = [](const std::string& model) {
    const Status status = LoadModel(model).status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    return status.message();
  };
  for (const char* entry : {"[\"a\", NaN]", "[\"a\", Infinity]", "[\"a\", -Infinity]",
                            "[\"a\", null]", "[\"a\"]", "[\"a\", 0, 1]", "[1, 1]", "\"a\"", "1"}) {
    CAPTURE(entry);
    CHECK(message(Model(R"(["<unk>", 0], )" + std::string(entry))) ==
          "'vocab': entry 1 is not a piece and its score");
  }
  CHECK(message(R"({"type": "Unigram"})") == "the tokenizer model has no 'vocab'");
  CHECK(message(R"({"type": "Unigram", "vocab": {"a": 0}})") ==
        "the tokenizer model has no 'vocab'");
  for (const char* id : {"-1", "4", "9223372036854775807"}) {
    CHECK(message(Model(kLetters, R"("unk_id": )" + std::string(id))) ==
          "'unk_id' is " + std::string(id) + ", but there are 4 pieces");
  }
  CHECK(LoadModel(Model("", R"("unk_id": null)")).status().code() == StatusCode::kCorruptFile);
}

}  // namespace
}  // namespace octet::text
