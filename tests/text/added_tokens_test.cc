#include "text/added_tokens.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "text/added_token_list.h"
#include "text/normalizer_steps.h"

namespace octet::text {
namespace {

using Strings = std::vector<std::string>;

AddedTokens Make(std::vector<AddedToken> tokens, bool match_special = true) {
  auto added = AddedTokens::Create(std::move(tokens), BertNormalizer(), match_special);
  REQUIRE_MESSAGE(added.ok(), added.status().ToString());
  return *std::move(added);
}

// The matches, each as "id:text".
Strings Found(const std::vector<AddedTokens::Match>& matches, const NormalizedText& text) {
  Strings found;
  for (const AddedTokens::Match& match : matches) {
    const auto at = [&](size_t i) { return text.begin() + static_cast<std::ptrdiff_t>(i); };
    found.push_back(std::to_string(match.token->id) + ":" +
                    ToUtf8(NormalizedText(at(match.begin), at(match.end))));
  }
  return found;
}

Strings Raw(const AddedTokens& tokens, std::string_view text) {
  const NormalizedText chars = DecodeText(text);
  return Found(tokens.FindInRaw(chars), chars);
}

Strings Normalized(const AddedTokens& tokens, std::string_view text) {
  NormalizedText chars = DecodeText(text);
  REQUIRE(Normalize(BertNormalizer(), chars).ok());
  return Found(tokens.FindInNormalized(chars), chars);
}

TEST_CASE("a raw token matches its own spelling, a normalized token all that normalize alike") {
  const AddedTokens tokens = Make({{.content = "Caf\u00e9", .id = 1},
                                   {.content = "New-York", .id = 2, .normalized = true},
                                   {.content = "\u4e2d", .id = 3, .normalized = true}});
  CHECK(Raw(tokens, "Caf\u00e9 caf\u00e9 New-York") == Strings{"1:Caf\u00e9"});
  CHECK(Normalized(tokens, "NEW-YORK n\u00e9w-york Caf\u00e9") ==
        Strings{"2:new-york", "2:new-york"});
  // The normalizer puts spaces around a Chinese character, and the match includes them.
  CHECK(Normalized(tokens, "a\u4e2db") == Strings{"3: \u4e2d "});
}

TEST_CASE("of the matches that begin first the longest is found, and the search goes on after it") {
  const AddedTokens tokens = Make({{.content = "ab", .id = 1},
                                   {.content = "abcd", .id = 2},
                                   {.content = "bcde", .id = 3},
                                   {.content = "\u00e9\u00e9", .id = 4}});
  CHECK(Raw(tokens, "abcde") == Strings{"2:abcd"});
  CHECK(Raw(tokens, "abcabbcde") == Strings{"1:ab", "1:ab", "3:bcde"});
  CHECK(Raw(tokens, "a\u00e9\u00e9\u00e9") == Strings{"4:\u00e9\u00e9"});
}

TEST_CASE("single_word: not beside a word character") {
  const AddedTokens tokens = Make({{.content = "ab", .id = 1, .single_word = true}});
  CHECK(Raw(tokens, "ab, (ab)-ab") == Strings{"1:ab", "1:ab", "1:ab"});
  CHECK(Raw(tokens, "abc xab ab_ 1ab \u00e9ab ab\u0301").empty());
  // A match that is not a single word is skipped as a whole.
  const AddedTokens overlapping =
      Make({{.content = "abc", .id = 1, .single_word = true}, {.content = "bc", .id = 2}});
  CHECK(Raw(overlapping, "abcd bc") == Strings{"2:bc"});
}

TEST_CASE("lstrip and rstrip take white space, once") {
  const AddedTokens tokens = Make(
      {{.content = "<l>", .id = 1, .lstrip = true}, {.content = "<r>", .id = 2, .rstrip = true}});
  CHECK(Raw(tokens, "a \n<l> b") == Strings{"1: \n<l>"});
  CHECK(Raw(tokens, "a <r> \u3000 b") == Strings{"2:<r> \u3000 "});
  CHECK(Raw(tokens, "<r>  <l>") == Strings{"2:<r>  ", "1:<l>"});
  CHECK(Raw(tokens, " <l>  <r> ") == Strings{"1: <l>", "2:<r> "});
}

TEST_CASE("without match_special, special tokens are text, and other tokens are still found") {
  const AddedTokens tokens =
      Make({{.content = "[SEP]", .id = 1, .special = true}, {.content = "x", .id = 2}},
           /*match_special=*/false);
  CHECK(Raw(tokens, "[SEP]x") == Strings{"2:x"});
}

TEST_CASE("if two tokens have the same normalized text, the special one is found") {
  const AddedTokens tokens =
      Make({{.content = "ab", .id = 1, .normalized = true},
            {.content = "AB", .id = 2, .special = true, .normalized = true}});
  CHECK(Normalized(tokens, "aB") == Strings{"2:ab"});
}

TEST_CASE("white space tokens that take white space need linear time") {
  const AddedTokens tokens =
      Make({{.content = " ", .id = 1, .lstrip = true, .rstrip = true}, {.content = "[[", .id = 2}});
  const std::string text(1 << 20, ' ');
  const auto start = std::chrono::steady_clock::now();
  CHECK(Raw(tokens, text) == Strings{"1:" + text});
  CHECK(Raw(tokens, std::string(1 << 20, '[')).size() == 1 << 19);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}

// ---- The list that several files fill ----

Vocabulary Words() { return *Vocabulary::Parse("a\nb\nc\n"); }

std::string Error(const AddedTokenList& list, const Vocabulary& vocabulary = Words()) {
  return list.Resolve(vocabulary).status().message();
}

TEST_CASE("new tokens get the next ids, in the order of the ids that the files give") {
  AddedTokenList list;
  for (const AddedToken& token : {AddedToken{.content = "n1"}, AddedToken{.content = "e4", .id = 4},
                                  AddedToken{.content = "b"}, AddedToken{.content = "e3", .id = 3},
                                  AddedToken{.content = "n2"}}) {
    REQUIRE(list.Add(token).ok());
  }
  const auto tokens = list.Resolve(Words());
  REQUIRE_MESSAGE(tokens.ok(), tokens.status().ToString());
  Strings all;
  for (const AddedToken& token : *tokens) all.push_back(token.content + std::to_string(token.id));
  CHECK(all == Strings{"b1", "e33", "e44", "n15", "n26"});
}

TEST_CASE("an id that disagrees with the vocabulary, or with another file, is an error") {
  const auto one = [](const AddedToken& token) {
    AddedTokenList list;
    REQUIRE(list.Add(token).ok());
    return Error(list);
  };
  CHECK(one({.content = "b", .id = 2}) ==
        "added token 'b' has id 2, but the vocabulary has it at 1");
  CHECK(one({.content = "x", .id = 1}) == "id 1 stands for both 'b' and 'x'");
  CHECK(one({.content = "x", .id = 4}) == "added token 'x' has id 4, but the next free id is 3");
  AddedTokenList list;
  REQUIRE(list.Add({.content = "x", .id = 3}).ok());
  CHECK(list.Add({.content = "x"}).ok());
  CHECK(list.Add({.content = "x", .id = 4}).message() == "added token 'x' has the ids 3 and 4");
  REQUIRE(list.Add({.content = "y", .id = 3}).ok());
  CHECK(Error(list) == "added token 'y' has id 3, but the next free id is 4");
  // The reference counts tokens, not ids, and a repeated token makes the two differ.
  AddedTokenList repeated;
  REQUIRE(repeated.Add({.content = "x", .id = 3}).ok());
  CHECK(Error(repeated, *Vocabulary::Parse("a\na\nb\n")) ==
        "added token 'x' has id 3, but the next free id is 2");
}

TEST_CASE("an optional token that is not in the vocabulary is left out, unless later ids need it") {
  AddedTokenList list;
  REQUIRE(list.Add({.content = "[MASK]"}, /*optional=*/true).ok());
  CHECK(list.Resolve(Words())->empty());
  REQUIRE(list.Add({.content = "[E1]"}).ok());
  const auto tokens = list.Resolve(Words());
  REQUIRE(tokens.ok());
  REQUIRE(tokens->size() == 2);
  CHECK(tokens->back().id == 4);
}

TEST_CASE("of two entries for one token, the first counts") {
  AddedTokenList list;
  REQUIRE(list.Add({.content = "x", .id = 3, .lstrip = true}).ok());
  REQUIRE(list.Add({.content = "x", .rstrip = true}).ok());
  const auto tokens = list.Resolve(Words());
  REQUIRE(tokens.ok());
  REQUIRE(tokens->size() == 1);
  CHECK(tokens->front().lstrip);
  CHECK_FALSE(tokens->front().rstrip);
}

TEST_CASE("a token in a file is a string or an object with flags") {
  const auto parse = [](const char* text, bool special = false) {
    const auto token = ParseAddedToken(*ParseJson(text), special);
    REQUIRE_MESSAGE(token.ok(), token.status().ToString());
    return *token;
  };
  CHECK(parse("\"x\"", true).special);
  CHECK_FALSE(parse("\"x\"", true).normalized);
  CHECK(parse("\"x\"").normalized);
  const AddedToken token = parse(R"({"content": "x", "lstrip": true, "normalized": false})");
  CHECK(token.lstrip);
  CHECK_FALSE(token.normalized);
  CHECK_FALSE(parse(R"({"content": "x", "special": true})").normalized);
  for (const char* bad :
       {"{}", "\"\"", "3", "{\"content\": 3}", "{\"content\": \"x\", \"special\": 1}"}) {
    CAPTURE(bad);
    CHECK(ParseAddedToken(*ParseJson(bad), false).status().code() == StatusCode::kInvalidModel);
  }
}

}  // namespace
}  // namespace octet::text
