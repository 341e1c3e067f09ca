#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "text/normal_forms.h"
#include "text/normalizer_steps.h"

namespace octet::text {
namespace {

struct Normalized {
  std::u32string text;
  std::vector<uint32_t> origins;
};

Normalized Run(const Normalizer& normalizer, std::u32string_view text) {
  std::vector<NormalizedChar> chars;
  for (const char32_t c : text) chars.push_back({c, static_cast<uint32_t>(chars.size())});
  REQUIRE(Normalize(normalizer, chars).ok());
  Normalized result;
  for (const NormalizedChar& c : chars) {
    result.text += c.code_point;
    result.origins.push_back(c.origin);
  }
  return result;
}

using Origins = std::vector<uint32_t>;
constexpr BertNormalizerOptions kNothing = {
    .clean_text = false, .tokenize_chinese_chars = false, .lowercase = false, .strip_accents = {}};

TEST_CASE("each step alone, with the origin of every character") {
  const std::u32string text = U"\u00C9\u200B\u4E2D\tA";
  CHECK(Run(BertNormalizer(kNothing), text).text == text);
  BertNormalizerOptions options = kNothing;
  options.clean_text = true;
  CHECK(Run(BertNormalizer(options), text).text == U"\u00C9\u4E2D A");
  CHECK(Run(BertNormalizer(options), text).origins == Origins{0, 2, 3, 4});
  options = kNothing;
  options.tokenize_chinese_chars = true;
  CHECK(Run(BertNormalizer(options), text).text == U"\u00C9\u200B \u4E2D \tA");
  CHECK(Run(BertNormalizer(options), text).origins == Origins{0, 1, 2, 2, 2, 3, 4});
  options = kNothing;
  options.strip_accents = true;
  CHECK(Run(BertNormalizer(options), text).text == U"E\u200B\u4E2D\tA");
  options = kNothing;
  options.lowercase = true;
  options.strip_accents = false;
  CHECK(Run(BertNormalizer(options), text).text == U"\u00E9\u200B\u4E2D\ta");
}

TEST_CASE("by default accents are stripped exactly if letters are lower-cased") {
  BertNormalizerOptions options;
  CHECK(Run(BertNormalizer(options), U"\u00C9").text == U"e");
  options.lowercase = false;
  CHECK(Run(BertNormalizer(options), U"\u00C9").text == U"\u00C9");
}

TEST_CASE("parts of one character share its origin") {
  BertNormalizerOptions options = kNothing;
  options.lowercase = true;
  options.strip_accents = false;
  const Normalized dotted = Run(BertNormalizer(options), U"x\u0130y");
  CHECK(dotted.text == U"xi\u0307y");
  CHECK(dotted.origins == Origins{0, 1, 1, 2});
  const Normalized hangul = Run(BertNormalizer(), U"\uAC01a");
  CHECK(hangul.text == U"\u1100\u1161\u11A8a");
  CHECK(hangul.origins == Origins{0, 0, 0, 1});
}

// These marks are not of category Mn, so they are not stripped: U+1D16D has class 226, U+302E and
// U+302F have class 224.
TEST_CASE("marks are put into canonical order, and equal classes keep their order") {
  CHECK(Run(BertNormalizer(), U"a\U0001D16D\u302Eb").text == U"a\u302E\U0001D16Db");
  std::u32string many = U"a";
  for (int i = 0; i < 100; ++i) many += i % 3 ? U'\u302E' : U'\u302F';
  CHECK(Run(BertNormalizer(), many).text == many);
  // Marks do not move across a starter.
  CHECK(Run(BertNormalizer(), U"a\U0001D16Db\u302E").text == U"a\U0001D16Db\u302E");
}

TEST_CASE("the steps of other normalizers") {
  CHECK(Run({Nfd()}, U"\u00C9A").text == U"E\u0301A");
  CHECK(Run({Nfd()}, U"\u00C9A").origins == Origins{0, 0, 1});
  // StripAccents does not decompose, and takes spacing marks too.
  CHECK(Run({RemoveMarks()}, U"\u00C9E\u0301\u0903\u20DDx").text == U"\u00C9Ex");
  CHECK(Run({Nfd(), RemoveMarks(), LowerCase()}, U"\u00C9\u0130").text == U"ei");
  CHECK(Run({LowerCase(), RemoveMarks()}, U"\u0130").text == U"i");
  CHECK(Run({StripLeft()}, U" \t\u3000a \n").text == U"a \n");
  CHECK(Run({StripRight()}, U" a \n\u3000").text == U" a");
  CHECK(Run({StripLeft(), StripRight()}, U" \n").text.empty());
  CHECK(Run({}, U"\u00C9 A").text == U"\u00C9 A");
}

}  // namespace
}  // namespace octet::text
