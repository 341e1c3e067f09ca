#include "bert/text/normalizer.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace octet::bert {
namespace {

struct Normalized {
  std::u32string text;
  std::vector<uint32_t> origins;
};

Normalized Run(const NormalizerOptions& options, std::u32string_view text) {
  std::vector<NormalizedChar> chars;
  for (const char32_t c : text) chars.push_back({c, static_cast<uint32_t>(chars.size())});
  Normalize(options, chars);
  Normalized result;
  for (const NormalizedChar& c : chars) {
    result.text += c.code_point;
    result.origins.push_back(c.origin);
  }
  return result;
}

using Origins = std::vector<uint32_t>;
constexpr NormalizerOptions kNothing = {
    .clean_text = false, .tokenize_chinese_chars = false, .lowercase = false, .strip_accents = {}};

TEST_CASE("each step alone, with the origin of every character") {
  const std::u32string text = U"\u00C9\u200B\u4E2D\tA";
  CHECK(Run(kNothing, text).text == text);
  NormalizerOptions options = kNothing;
  options.clean_text = true;
  CHECK(Run(options, text).text == U"\u00C9\u4E2D A");
  CHECK(Run(options, text).origins == Origins{0, 2, 3, 4});
  options = kNothing;
  options.tokenize_chinese_chars = true;
  CHECK(Run(options, text).text == U"\u00C9\u200B \u4E2D \tA");
  CHECK(Run(options, text).origins == Origins{0, 1, 2, 2, 2, 3, 4});
  options = kNothing;
  options.strip_accents = true;
  CHECK(Run(options, text).text == U"E\u200B\u4E2D\tA");
  options = kNothing;
  options.lowercase = true;
  options.strip_accents = false;
  CHECK(Run(options, text).text == U"\u00E9\u200B\u4E2D\ta");
}

TEST_CASE("without a wish, accents go exactly when letters are lowered") {
  NormalizerOptions options;
  CHECK(Run(options, U"\u00C9").text == U"e");
  options.lowercase = false;
  CHECK(Run(options, U"\u00C9").text == U"\u00C9");
}

TEST_CASE("parts of one character share its origin") {
  NormalizerOptions options = kNothing;
  options.lowercase = true;
  options.strip_accents = false;
  const Normalized dotted = Run(options, U"x\u0130y");
  CHECK(dotted.text == U"xi\u0307y");
  CHECK(dotted.origins == Origins{0, 1, 1, 2});
  const Normalized hangul = Run(NormalizerOptions(), U"\uAC01a");
  CHECK(hangul.text == U"\u1100\u1161\u11A8a");
  CHECK(hangul.origins == Origins{0, 0, 0, 1});
}

// Marks that stay: U+1D16D has class 226, U+302E and U+302F have 224 and none is of category Mn.
TEST_CASE("marks are put into canonical order, equal ones keep theirs") {
  CHECK(Run(NormalizerOptions(), U"a\U0001D16D\u302Eb").text == U"a\u302E\U0001D16Db");
  std::u32string many = U"a";
  for (int i = 0; i < 100; ++i) many += i % 3 ? U'\u302E' : U'\u302F';
  CHECK(Run(NormalizerOptions(), many).text == many);
  // Marks do not move across a starter.
  CHECK(Run(NormalizerOptions(), U"a\U0001D16Db\u302E").text == U"a\U0001D16Db\u302E");
}

}  // namespace
}  // namespace octet::bert
