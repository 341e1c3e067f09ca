#include "text/pre_tokenizer.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace octet::text {
namespace {

using Strings = std::vector<std::string>;

Strings Words(const WordRules& rules, std::string_view text) {
  Strings words;
  ForEachWord(rules, DecodeText(text),
              [&](std::span<const NormalizedChar> word) { words.push_back(ToUtf8(word)); });
  return words;
}

TEST_CASE("each rule, and all of them") {
  const std::string text = " don't\tstop:\u00e9 \u2014_+ ";
  CHECK(Words({}, text) == Strings{"don", "'", "t", "stop", ":", "\u00e9", "\u2014", "_", "+"});
  CHECK(Words({.split_whitespace = true, .isolate_punctuation = false}, text) ==
        Strings{"don't", "stop:\u00e9", "\u2014_+"});
  CHECK(Words({.split_whitespace = false, .isolate_punctuation = true}, "a b,c ") ==
        Strings{"a b", ",", "c "});
  const WordRules whitespace = {
      .split_whitespace = true, .isolate_punctuation = false, .split_word_classes = true};
  CHECK(Words(whitespace, text) ==
        Strings{"don", "'", "t", "stop", ":", "\u00e9", "\u2014", "_", "+"});
  CHECK(Words(whitespace, "a+-*b?!") == Strings{"a", "+-*", "b", "?!"});
  CHECK(Words({.split_whitespace = false, .isolate_punctuation = false}, text) == Strings{text});
  CHECK(Words({}, "").empty());
  CHECK(Words({}, " \n").empty());
}

TEST_CASE("word characters are those of regular expressions") {
  for (const char32_t c : {U'a', U'Z', U'0', U'_', U'\u00e9', U'\u4e2d', U'\u0301', U'\u200d',
                           U'\u24b6', U'\u2160', U'\u203f', U'\u0663', char32_t{0x1F130}}) {
    CAPTURE(static_cast<uint32_t>(c));
    CHECK(IsWord(c));
  }
  for (const char32_t c : {U' ', U'-', U'\'', U'\u00a0', U'\u00b2', U'\u2014', U'\u20ac', U'\u200b',
                           char32_t{0x1F600}, char32_t{0x110000}}) {
    CAPTURE(static_cast<uint32_t>(c));
    CHECK_FALSE(IsWord(c));
  }
}

}  // namespace
}  // namespace octet::text
