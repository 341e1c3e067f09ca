// Expected tokens are those of the reference (Hugging Face `tokenizers` 0.23.3).
#include "text/bpe.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "tests/text/load_model.h"

namespace octet::text {
namespace {

constexpr const char* kUnknownPart =
    "a part of the text is not in the vocabulary, which has no token for the unknown";

// A model of a few letters. `members` are further members: `"fuse_unk": true, `.
std::string Letters(const std::string& members = "", const std::string& merges = R"("a b")") {
  return R"({"type": "BPE", )" + members +
         R"("vocab": {"<unk>": 0, "a": 1, "b": 2, "ab": 3, "c": 4}, "merges": [)" + merges + "]}";
}

TEST_CASE("neighbours merge, in the order of the list and from the left") {
  CHECK(TokensOf(Letters(), "abab") == Tokens{{3, 0, 2}, {3, 2, 4}});
  CHECK(TokensOf(Letters("", ""), "ab") == Tokens{{1, 0, 1}, {2, 1, 2}});
  const std::string deep = R"({"type": "BPE",
      "vocab": {"a": 0, "b": 1, "c": 2, "bc": 3, "ab": 4, "abc": 5, "aa": 6, "aaaa": 7},
      "merges": ["b c", "a b", "ab c", "a bc", "a a", "aa aa"]})";
  CHECK(TokensOf(deep, "abc") == Tokens{{5, 0, 3}});
  CHECK(TokensOf(deep, "ab") == Tokens{{4, 0, 2}});
  CHECK(TokensOf(deep, "aaa") == Tokens{{6, 0, 2}, {0, 2, 3}});
  CHECK(TokensOf(deep, "aaaaaab") == Tokens{{7, 0, 4}, {0, 4, 5}, {4, 5, 7}});
}

TEST_CASE("a merge that is listed again has its last place") {
  const auto model = [](const std::string& merges) {
    return R"({"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "bc": 4}, "merges": [)" +
           merges + "]}";
  };
  CHECK(TokensOf(model(R"("a b", "b c")"), "abc") == Tokens{{3, 0, 2}, {2, 2, 3}});
  CHECK(TokensOf(model(R"("a b", "b c", "a b")"), "abc") == Tokens{{0, 0, 1}, {4, 1, 3}});
}

TEST_CASE("merges are texts or pairs") {
  CHECK(TokensOf(Letters("", R"(["a", "b"])"), "ab") == Tokens{{3, 0, 2}});
  CHECK(TokensOf(Letters("", R"("#version: 0.2", "a b")"), "ab") == Tokens{{3, 0, 2}});
  const auto message = [](const std::string& merges) {
    const Status status = LoadModel(Letters("", merges)).status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    return status.message();
  };
  for (const char* merge : {"ab", "a b c", "a b ", ""}) {
    CHECK(message('"' + std::string(merge) + '"') ==
          "'merges': '" + std::string(merge) + "' is not two tokens with a blank between");
  }
  for (const char* merges : {R"(["a", "b"], "a b")", R"("a b", ["a", "b"])", R"(["a", "b", "c"])",
                             R"(["a", 1])", "7", "null"}) {
    CAPTURE(merges);
    CHECK(message(merges) == "'merges' is not a list of texts or of pairs");
  }
  CHECK(message(R"("a z")") == "'merges': the vocabulary has no 'z'");
  CHECK(message(R"("z a")") == "'merges': the vocabulary has no 'z'");
  CHECK(message(R"("b a")") == "'merges': the vocabulary has no 'ba'");
  CHECK(message(R"(["#version", "b"])") == "'merges': the vocabulary has no '#version'");
  CHECK(message(R"("a ")") == "'merges': '' adds nothing to 'a'");
  CHECK(LoadModel(R"({"type": "BPE", "vocab": {"a": 0}})").status().message() ==
        "the tokenizer model has no 'merges'");
  CHECK(LoadModel(R"({"type": "BPE", "merges": []})").status().message() ==
        "the tokenizer model has no 'vocab'");
}

TEST_CASE("unknown characters without unk_token leave no trace, not even in offsets") {
  CHECK(TokensOf(Letters(), "x").empty());
  CHECK(TokensOf(Letters(), "axb") == Tokens{{3, 0, 2}});
  CHECK(TokensOf(Letters(), "\u00E9ab") == Tokens{{3, 0, 1}});
  CHECK(TokensOf(Letters(), "ab\u00E9c") == Tokens{{3, 0, 2}, {4, 2, 3}});
  CHECK(TokensOf(Letters(R"("unk_token": null, )"), "xa") == Tokens{{1, 0, 1}});
}

TEST_CASE("unknown characters become unk_token, one for each or one for all") {
  const std::string unk = R"("unk_token": "<unk>", )";
  CHECK(TokensOf(Letters(unk), "axxb") == Tokens{{1, 0, 1}, {0, 1, 2}, {0, 2, 3}, {2, 3, 4}});
  CHECK(TokensOf(Letters(unk + R"("fuse_unk": true, )"), "axxb") ==
        Tokens{{1, 0, 1}, {0, 1, 3}, {2, 3, 4}});
}

TEST_CASE("if the vocabulary does not have unk_token, a text that needs it has no encoding") {
  const std::string model = Letters(R"("unk_token": "[U]", )");
  CHECK(TokensOf(model, "ab") == Tokens{{3, 0, 2}});
  for (const char* text : {"axb", "x"}) {
    const Status status = Tokenize(model, text).status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    CHECK(status.message() == kUnknownPart);
  }
}

// A vocabulary of <unk>, a and the bytes, but for those in `without`.
std::string Bytes(const std::string& members, const std::string& without = "") {
  std::string vocabulary = R"("<unk>": 0, "a": 1)";
  for (int byte = 0; byte < 256; ++byte) {
    char name[8];
    std::snprintf(name, sizeof(name), "<0x%02X>", static_cast<unsigned>(byte));
    if (name == without) continue;
    vocabulary += ", \"" + std::string(name) + "\": " + std::to_string(byte + 2);
  }
  return R"({"type": "BPE", "byte_fallback": true, "unk_token": "<unk>", )" + members +
         R"("merges": [], "vocab": {)" + vocabulary + "}}";
}

TEST_CASE("byte_fallback: each byte has the offsets of its character") {
  CHECK(TokensOf(Bytes(""), "a\u00E9a") ==
        Tokens{{1, 0, 1}, {0xC3 + 2, 1, 2}, {0xA9 + 2, 1, 2}, {1, 2, 3}});
  CHECK(TokensOf(Bytes("", "<0xA9>"), "a\u00E9") == Tokens{{1, 0, 1}, {0, 1, 2}});
}

TEST_CASE("byte_fallback: bytes come before the unknown characters in front of them") {
  const int c3 = 0xC3 + 2;
  const int a9 = 0xA9 + 2;
  CHECK(TokensOf(Bytes("", "<0x7A>"), "z\u00E9a") ==
        Tokens{{c3, 0, 1}, {a9, 1, 2}, {0, 1, 2}, {1, 2, 3}});
  CHECK(TokensOf(Bytes("", "<0x7A>"), "zz\u00E9za") ==
        Tokens{{0, 0, 1}, {c3, 1, 2}, {a9, 2, 3}, {0, 2, 3}, {0, 3, 4}, {1, 4, 5}});
  CHECK(TokensOf(Bytes(R"("fuse_unk": true, )", "<0x7A>"), "z\u00E9z\u00E9a") ==
        Tokens{{c3, 0, 1}, {a9, 1, 2}, {c3, 1, 2}, {a9, 2, 3}, {0, 3, 4}, {1, 4, 5}});
}

TEST_CASE("continuing_subword_prefix and end_of_word_suffix") {
  const std::string suffix = R"({"type": "BPE", "unk_token": "<unk>", "end_of_word_suffix": "</w>",
      "vocab": {"a": 0, "b": 1, "b</w>": 2, "ab</w>": 3, "<unk>": 4}, "merges": ["a b</w>"]})";
  CHECK(TokensOf(suffix, "ab") == Tokens{{3, 0, 2}});
  CHECK(TokensOf(suffix, "abb") == Tokens{{0, 0, 1}, {1, 1, 2}, {2, 2, 3}});
  CHECK(TokensOf(suffix, "ba") == Tokens{{1, 0, 1}, {4, 1, 2}});
  CHECK(TokensOf(suffix, "a") == Tokens{{4, 0, 1}});
  const std::string prefix = R"({"type": "BPE", "unk_token": "<unk>",
      "continuing_subword_prefix": "##", "vocab": {"a": 0, "##b": 1, "ab": 2, "##bb": 3,
      "<unk>": 4}, "merges": ["a ##b", "##b ##b"]})";
  CHECK(TokensOf(prefix, "ab") == Tokens{{2, 0, 2}});
  CHECK(TokensOf(prefix, "abb") == Tokens{{2, 0, 2}, {1, 2, 3}});
  CHECK(TokensOf(prefix, "ba") == Tokens{{4, 0, 1}, {4, 1, 2}});
  CHECK(TokensOf(prefix, "bb") == Tokens{{4, 0, 1}, {1, 1, 2}});
  for (const char* merge : {"a b", "a ##"}) {
    const std::string model = R"({"type": "BPE", "continuing_subword_prefix": "##",
        "vocab": {"a": 0, "b": 1, "##": 2, "ab": 3}, "merges": [")" +
                              std::string(merge) + R"("]})";
    CHECK(LoadModel(model).status().message() ==
          "'merges': '" + std::string(merge + 2) + "' adds nothing to 'a'");
  }
}

TEST_CASE("ignore_merges: a word of the vocabulary is one token") {
  const std::string members = R"("ignore_merges": true, )";
  CHECK(TokensOf(Letters(members, ""), "ab") == Tokens{{3, 0, 2}});
  CHECK(TokensOf(Letters(members, ""), "aab") == Tokens{{1, 0, 1}, {1, 1, 2}, {2, 2, 3}});
  CHECK(TokensOf(Letters(members, ""), "<unk>") == Tokens{{0, 0, 5}});
}

TEST_CASE("what octet does not do is refused by name") {
  for (const char* dropout : {"0.1", "1", "1e-9", "-1", "2.5"}) {
    const Status status =
        LoadModel(Letters(R"("dropout": )" + std::string(dropout) + ", ")).status();
    CHECK(status.code() == StatusCode::kUnsupported);
    CHECK(status.message().starts_with("BPE with 'dropout' "));
  }
  for (const char* dropout : {"0", "0.0", "null"}) {
    CHECK(LoadModel(Letters(R"("dropout": )" + std::string(dropout) + ", ")).ok());
  }
  for (const char* place : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const std::string members = R"("byte_fallback": true, ")" + std::string(place) + R"(": )";
    CHECK(LoadModel(Letters(members + R"("", )")).ok());
    const Status status = LoadModel(Letters(members + R"("@", )", "")).status();
    CHECK(status.code() == StatusCode::kUnsupported);
    CHECK(status.message() == "BPE with 'byte_fallback' and a prefix or suffix of characters");
  }
}

// Short words merge by scanning, longer ones by a heap. Both must do what the definition says.
TEST_CASE("words of any length merge as the definition says") {
  const auto vocabulary =
      Vocabulary::FromTokens({"a", "b", "aa", "ab", "aab", "ba", "aaaa", "abba"});
  REQUIRE(vocabulary.ok());
  const BpeMerges::List list = {{"ab", "ba"}, {"a", "b"},  {"aa", "aa"}, {"b", "a"},
                                {"a", "a"},   {"aa", "b"}, {"a", "ab"}};
  const auto merges = BpeMerges::Create(*vocabulary, list, 0);
  REQUIRE_MESSAGE(merges.ok(), merges.status().ToString());
  // Applies the first merge that any neighbours have to the leftmost of them. False without any.
  const auto merge_once = [&](std::vector<std::string>& word) {
    for (const auto& [first, second] : list) {
      for (size_t i = 0; i + 1 < word.size(); ++i) {
        if (word[i] != first || word[i + 1] != second) continue;
        word[i] += word[i + 1];
        word.erase(word.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        return true;
      }
    }
    return false;
  };
  std::mt19937 random(7);
  for (size_t length = 0; length < 150; ++length) {
    std::vector<std::string> word;
    std::vector<BpeSymbol> symbols;
    for (size_t i = 0; i < length; ++i) {
      const bool is_b = random() % 3 == 0;
      word.push_back(is_b ? "b" : "a");
      symbols.push_back({is_b ? 1 : 0, 1});
    }
    while (merge_once(word)) {
    }
    symbols.resize(merges->Apply(symbols));
    REQUIRE(symbols.size() == word.size());
    for (size_t i = 0; i < word.size(); ++i) {
      CHECK(vocabulary->Token(symbols[i].id) == word[i]);
      CHECK(symbols[i].bytes == word[i].size());
    }
  }
}

}  // namespace
}  // namespace octet::text
