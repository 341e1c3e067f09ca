#include "text/regex.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/linear_time.h"
#include "text/known_patterns.h"
#include "text/unicode.h"

namespace octet::text {
namespace {

using Strings = std::vector<std::string>;

Strings Matches(std::string_view pattern, std::string_view text) {
  const auto regex = RegexPattern(pattern);
  REQUIRE_MESSAGE(regex.ok(), regex.status().ToString());
  const NormalizedText chars = DecodeText(text);
  SearchBudget budget(chars.size());
  std::vector<TextRange> matches;
  REQUIRE((*regex)->Find(chars, &budget, &matches).ok());
  Strings found;
  for (const TextRange& match : matches) {
    found.push_back(ToUtf8(std::span(chars).subspan(match.begin, match.end - match.begin)));
  }
  return found;
}

Status Error(std::string_view pattern) { return RegexPattern(pattern).status(); }

TEST_CASE("matches are those of the reference") {
  CHECK(Matches(R"( ?\p{L}+|\s+)", "ab \u00e9c  1") == Strings{"ab", " \u00e9c", "  "});
  CHECK(Matches("a{2}|l", "aaal") == Strings{"aa", "l"});
  CHECK(Matches("a{,2}b", "aaab b") == Strings{"aab", "b"});
  CHECK(Matches(R"(\d{1,2}+x)", "123x") == Strings{"123x"});  // in PCRE2, possessive
  CHECK(Matches("(?i:s)", "sS\u017fx") == Strings{"s", "S", "\u017f"});
  CHECK(Matches("(?>a+)b|a++c|a+?", "aab") == Strings{"aab"});
  CHECK(Matches("(?<=[a-z])(?=[A-Z])", "aBcD") == Strings{"", ""});
  CHECK(Matches("^x", "x\nxx") == Strings{"x", "x"});
  CHECK(Matches("[a[bc]-]+", "abc-d") == Strings{"abc-"});
  CHECK(Matches("\\u00e9|\\x{e8}", "\u00e8\u00e9") == Strings{"\u00e8", "\u00e9"});
  // \v is one character, \s is not U+180E, and U+00B2 is a word character only outside of a class.
  CHECK(Matches(R"(\v)", "\n\v") == Strings{"\v"});
  CHECK(Matches(R"(\s)", "\u180e\u2028") == Strings{"\u2028"});
  CHECK(Matches(R"(\w|[^\w\s])", "\u00b2-") == Strings{"\u00b2", "-"});
  CHECK(Matches(R"([\w])", "\u00b2a") == Strings{"a"});
  CHECK(Matches(R"(\W)", "\u00b2 a") == Strings{" "});
  CHECK(Matches(R"(a\b)", "ab a\u0301 a-") == Strings{"a"});
}

TEST_CASE("an empty match right behind a match does not count") {
  CHECK(Matches("a*", "baac") == Strings{"", "aa", ""});
}

TEST_CASE("characters that are newer than PCRE2 have the reference's categories") {
  CHECK(Matches(R"(\p{Han}+)", "\u4e00\U00031350") == Strings{"\u4e00\U00031350"});
  CHECK(Matches(R"(\p{Lu})", "\u1c89\u1c8a") == Strings{"\u1c89"});
  // Ranges hold them or not, as they are written.
  CHECK(Matches("[\u4e00-\u9fff]", "\u4e00\U00031350") == Strings{"\u4e00"});
  CHECK(Error("[\U00031000-\U00032000]").message().ends_with("in a regular expression"));
  CHECK(Error("\u1c89").code() == StatusCode::kUnsupported);
}

TEST_CASE("patterns that mean something else in PCRE2 are refused by name") {
  const auto refused = [](std::string_view pattern, const std::string& part) {
    const Status status = Error(pattern);
    CHECK(status.code() == StatusCode::kUnsupported);
    CHECK(status.message() == "'" + part + "' in a regular expression");
  };
  refused(R"(\h+)", R"(\h)");
  refused(R"(\R)", R"(\R)");
  refused(R"((a)\1)", R"(\1)");
  refused(R"(\Z)", R"(\Z)");
  refused(R"(\xe9)", R"(\x)");
  refused("[a-z&&[^b]]", "&& in a class");
  refused("[[:alpha:]]", "[: in a class");
  refused("[a[^b]]", "[^ in a class");
  refused(R"([\W])", R"(\W in a class)");
  refused("[a-c-e]", "- in a class");
  refused("[]a]", "[]");
  refused("(?~abc)", "(?~");
  refused("(?i)a", "(?i");
  refused("(?m:.)", "(?m");
  refused("(?<name>a)", "(?<");
  refused("(?i:strasse)", "st in (?i)");
  refused("(?i:\u00e9)", "\u00e9 in (?i)");
  refused(R"((?i:\p{Lu}))", R"(\p in (?i))");
  refused(R"(\p{Foo})", R"(\p{Foo})");
  refused(R"(\pL)", R"(\p)");
  refused("a**", "a repeat of a repeat");
  refused("a{2}?", "{2}?");
  refused("a{3,2}", "{3,2}");
  refused("a{1001}", "{1001}");
  refused("a{x", "{");
  refused("*a", "*");
  refused("a)", ")");
  refused("(a*)*", "an endless repeat of what may be empty");
  refused("^*", "a repeated anchor or lookaround");
  CHECK(Error("(?<=a+)b").message().find("lookbehind") != std::string::npos);
}

TEST_CASE("malformed and oversized patterns") {
  for (const char* pattern : {"(a", "[a", "a\\", "[a\\"}) {
    CAPTURE(pattern);
    CHECK(Error(pattern).code() == StatusCode::kInvalidModel);
  }
  CHECK(Error(std::string(100000, 'a')).code() == StatusCode::kResourceLimit);
  CHECK(Error("((a{1000}){1000}){1000}").code() == StatusCode::kResourceLimit);
  CHECK(Error(std::string(1000, '(')).code() == StatusCode::kResourceLimit);
  CHECK(Error(std::string(1000, '[')).code() == StatusCode::kUnsupported);
}

// The loops of known_patterns.cc and PCRE2 with the same expression in brackets.
TEST_CASE("the loops find what their expressions find, at every character") {
  for (const std::string regex :
       {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
        R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
        R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"}) {
    REQUIRE(FindKnownPattern(regex));
    const auto pcre2 = RegexPattern("(" + regex + ")");
    REQUIRE(pcre2.ok());
    NormalizedText text;
    const auto add = [&](char32_t c) { text.push_back({c, static_cast<uint32_t>(text.size())}); };
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
      if (c >= 0xD800 && c <= 0xDFFF) continue;
      if (c % 3 == 0) add(' ');
      if (c % 7 == 0) add('\'');
      add(c);
      if (c % 5 == 0) add('a');
      if (c % 11 == 0) add('\n');
    }
    for (const char32_t c : U"'s'S'\u017f're'VE'll'd 'm don't  \r\n \n  x 1234 12") add(c);
    SearchBudget budget(text.size());
    std::vector<TextRange> expected;
    REQUIRE((*pcre2)->Find(text, &budget, &expected).ok());
    std::vector<TextRange> found;
    REQUIRE(FindKnownPattern(regex)->Find(text, &budget, &found).ok());
    CHECK(found == expected);
  }
}

TEST_CASE("no pattern takes more than linear time: it finds its matches or is an error") {
  for (const char* pattern :
       {"(a+)+b", "(a|a)*b", "(a|aa)+$b", "a*b", "a*[bc]", "a++[bc]|a", "(?=a*[bc])a|a", "a+?[bc]",
        "(a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?){5}[bc]", "(?:a(?!a*[bc]))+", "a{500,1000}[bc]",
        R"(\b(a+)+\b[bc])", "(?<=a)a*+[bc]"}) {
    CAPTURE(pattern);
    const auto regex = RegexPattern(pattern);
    REQUIRE_MESSAGE(regex.ok(), regex.status().ToString());
    const NormalizedText few = DecodeText(std::string(4000, 'a'));
    const NormalizedText many = DecodeText(std::string(4000 * testing::kMoreWork, 'a'));
    CHECK(testing::TakesLinearTime([&](bool more) {
      const NormalizedText& text = more ? many : few;
      SearchBudget budget(text.size());
      std::vector<TextRange> matches;
      const Status status = (*regex)->Find(text, &budget, &matches);
      CHECK((status.ok() || status.code() == StatusCode::kResourceLimit));
    }));
  }
}

TEST_CASE("the error of a pattern that takes too many steps") {
  const auto regex = RegexPattern("(a+)+b");
  REQUIRE(regex.ok());
  const NormalizedText text = DecodeText(std::string(100, 'a') + "cb");
  SearchBudget budget(text.size());
  std::vector<TextRange> matches;
  const Status status = (*regex)->Find(text, &budget, &matches);
  CHECK(status.code() == StatusCode::kResourceLimit);
  CHECK(status.message() ==
        "a regular expression of the tokenizer takes too many steps for the text");
}

TEST_CASE("a text with long runs is not taken for a hostile one") {
  const std::string spaces(1 << 20, ' ');
  CHECK(Matches(R"(x|\s*[\r\n]+|\s+(?!\S)|\s+)", spaces + "x").size() == 3);
  CHECK(Matches(R"(x|\p{L}+)", std::string(1 << 20, 'a')).size() == 1);
}

}  // namespace
}  // namespace octet::text
