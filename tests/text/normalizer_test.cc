#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/text/normalized.h"
#include "text/normal_forms.h"
#include "text/normalizer_steps.h"
#include "text/pattern.h"
#include "text/replace.h"

namespace octet::text {
namespace {

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

// FNV-1a over the normal forms of every code point by itself, computed with the reference.
TEST_CASE("normal forms equal the reference's for every code point") {
  const auto digest = [](const std::shared_ptr<const NormalizerStep>& step) {
    uint64_t value = 0xCBF29CE484222325u;
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
      if (c >= 0xD800 && c <= 0xDFFF) continue;
      NormalizedText text = {{c, 0}};
      REQUIRE(Normalize({step}, text).ok());
      for (const NormalizedChar& out : text) value = (value ^ out.code_point) * 0x100000001B3u;
    }
    return value;
  };
  CHECK(digest(Nfd()) == 0x9DE3C621D8321561u);
  CHECK(digest(Nfkd()) == 0xF46EA6626879266u);
  CHECK(digest(Nfc()) == 0xA757821C7F21B4DFu);
  CHECK(digest(Nfkc()) == 0x624775C0B908018Bu);
  CHECK(digest(LowerCase()) == 0x1DFAC535612208C3u);
}

TEST_CASE("composed characters take the place of the first character") {
  CHECK(Run({Nfc()}, U"ae\u0301\u0323x").text == U"a\u1EB9\u0301x");
  CHECK(Run({Nfc()}, U"ae\u0301\u0323x").origins == Origins{0, 1, 3, 4});
  CHECK(Run({Nfc()}, U"\u1100\u1161\u11A8").text == U"\uAC01");
  CHECK(Run({Nfkc()}, U"\uFB01\u0301").text == U"f\u00ED");
  CHECK(Run({Nfc()}, U"\u0301a").text == U"\u0301a");
}

TEST_CASE("Replace, Prepend, Nmt and ByteLevel") {
  const Normalized replaced = Run({Replace(CharPattern(U'b'), "xy")}, U"abc");
  CHECK(replaced.text == U"axyc");
  CHECK(replaced.origins == Origins{0, 1, 1, 2});
  CHECK(Run({Replace(*LiteralPattern("aab"), "-")}, U"aaab aaab").text == U"a- a-");
  CHECK(Run({Replace(*LiteralPattern("aa"), "-")}, U"aaaaa").text == U"--a");
  const Normalized prepended = Run({Prepend("\u2581-")}, U"ab");
  CHECK(prepended.text == U"\u2581-ab");
  CHECK(prepended.origins == Origins{0, 0, 0, 1});
  CHECK(Run({Prepend("x")}, U"").text.empty());
  CHECK(Run({Nmt()}, U"a\u0001b\tc\u200Dd").text == U"ab c d");
  const Normalized bytes = Run({ByteLevel()}, U" \u00e9!");
  CHECK(bytes.text == U"\u0120\u00C3\u00A9!");
  CHECK(bytes.origins == Origins{0, 1, 1, 2});
}

}  // namespace
}  // namespace octet::text
