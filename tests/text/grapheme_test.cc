// Expected clusters are those of the reference (Hugging Face `tokenizers` 0.23.3, Unicode 17.0).
#include "text/grapheme.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace octet::text {
namespace {

// The lengths of the clusters of a text.
std::vector<size_t> Lengths(const std::u32string& text) {
  std::vector<size_t> lengths;
  GraphemeBreaks breaks;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 0 || breaks.EndsBetween(text[i - 1], text[i])) lengths.push_back(0);
    ++lengths.back();
  }
  return lengths;
}

using Sizes = std::vector<size_t>;

TEST_CASE("marks belong to what is before them") {
  for (const char32_t mark : {0x0301, 0x0897, 0x1ACF, 0x0E33, 0x200C, 0x200D, 0x113B8, 0x113B9}) {
    CAPTURE(static_cast<uint32_t>(mark));
    CHECK(Lengths({U'a', mark, mark, U'a'}) == Sizes{3, 1});
  }
}

TEST_CASE("controls belong to nothing") {
  for (const char32_t control : {0x000A, 0x0001, 0x2065, 0xFFF0, 0x200B}) {
    CAPTURE(static_cast<uint32_t>(control));
    CHECK(Lengths({U'a', control, 0x0301, 0x0301}) == Sizes{1, 1, 2});
  }
  CHECK(Lengths(U"\r\n\n\r") == Sizes{2, 1, 1});
}

TEST_CASE("some signs belong to what is behind them") {
  CHECK(Lengths(U"\u0600a\U000113D1a") == Sizes{2, 2});
  CHECK(Lengths(U"\U00011A3Aa") == Sizes{1, 1});
}

TEST_CASE("conjuncts") {
  CHECK(Lengths(U"\u0915\u094D\u0915") == Sizes{3});
  CHECK(Lengths(U"\u0915\u0915\u094D\u0301\u200D\u0915\u0308") == Sizes{1, 6});
  CHECK(Lengths(U"\u0915\u094D\u200C\u0915") == Sizes{3, 1});
  CHECK(Lengths(U"\u0915\u0301\u0915") == Sizes{2, 1});
  CHECK(Lengths(U"\u094D\u0915") == Sizes{1, 1});
  CHECK(Lengths(U"\u1780\u17D2\u1780") == Sizes{3});
  CHECK(Lengths(U"\U00011103\U00011133\u0915") == Sizes{3});
}

TEST_CASE("flags, emoji, syllables") {
  CHECK(Lengths(U"\U0001F1E6\U0001F1E6\U0001F1E6") == Sizes{3});
  CHECK(Lengths(U"\u263A\uFE0F\u200D\u2122x\u200D\u2122") == Sizes{4, 2, 1});
  CHECK(Lengths(U"\u263A\u200D\u200D\u2122") == Sizes{3, 1});
  CHECK(Lengths(U"\u2605\u200D\u2122") == Sizes{2, 1});
  CHECK(Lengths(U"\u1100\u1161\u11A8\u1100") == Sizes{3, 1});
}

TEST_CASE("what is not a code point is a cluster") {
  CHECK(Lengths({U'a', 0x110000, 0xFFFFFFFF, U'a'}) == Sizes{1, 1, 1, 1});
  CHECK(Lengths(U"") == Sizes{});
}

}  // namespace
}  // namespace octet::text
