#include "text/unicode.h"

#include <doctest/doctest.h>
#include <utf8proc.h>

#include <string>
#include <vector>

#include "text/unicode_tables.h"

namespace octet::text {
namespace {

std::u32string Decode(std::string_view text) {
  std::u32string out;
  ForEachCodePoint(text, [&](char32_t c) { out += c; });
  return out;
}

TEST_CASE("every code point is encoded to UTF-8 and decoded again") {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    char bytes[4];
    const size_t size = EncodeUtf8(c, bytes);
    const DecodedChar decoded = DecodeUtf8({bytes, size}, 0);
    REQUIRE(decoded.code_point == c);
    REQUIRE(decoded.bytes == size);
  }
}

// The results are those of Python's bytes.decode("utf-8", "replace").
TEST_CASE("malformed UTF-8 gives one U+FFFD for each maximal subpart") {
  CHECK(Decode("\x80") == U"\uFFFD");
  CHECK(Decode("\xC0\xAF") == U"\uFFFD\uFFFD");
  CHECK(Decode("\xC3") == U"\uFFFD");
  CHECK(Decode("\xC3(") == U"\uFFFD(");
  CHECK(Decode("\xE0\x80\x80") == U"\uFFFD\uFFFD\uFFFD");
  CHECK(Decode("\xE1\x80(") == U"\uFFFD(");
  CHECK(Decode("\xED\xA0\x80") == U"\uFFFD\uFFFD\uFFFD");
  CHECK(Decode("\xF0\x9F\x98") == U"\uFFFD");
  CHECK(Decode("\xF0\x9F\x98\xF0\x9F\x98\x80") == U"\uFFFD\U0001F600");
  CHECK(Decode("\xF4\x90\x80\x80") == U"\uFFFD\uFFFD\uFFFD\uFFFD");
  CHECK(Decode("\xF5\xFF\xFE") == U"\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("validity") {
  CHECK(IsValidUtf8(""));
  CHECK(IsValidUtf8("a\u00e9\u4e2d\U0001F600\uFFFD"));
  for (const char* bad : {"\x80", "a\xC3", "\xED\xA0\x80", "\xF0\x9F\x98", "\xEF\xBF"}) {
    CHECK_FALSE(IsValidUtf8(bad));
  }
}

// FNV-1a over the classes, the lower case and the stripped decomposition of every code point.
// tests/data/tokenizer/README.md says how the reference's own value was computed.
TEST_CASE("classes and mappings equal the reference's for every code point") {
  uint64_t digest = 0xCBF29CE484222325u;
  const auto add = [&](uint64_t x) { digest = (digest ^ x) * 0x100000001B3u; };
  int dropped = 0;
  int punctuation = 0;
  int marks = 0;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    dropped += IsDropped(c);
    punctuation += IsPunctuation(c);
    marks += IsNonspacingMark(c);
    add(static_cast<uint64_t>(IsDropped(c) | IsPunctuation(c) << 1 | IsNonspacingMark(c) << 2 |
                              IsWhitespace(c) << 3));
    const Mapped lower = ToLower(c);
    for (uint32_t i = 0; i < lower.size; ++i) add(lower.code_points[i]);
    const Mapped parts = Decompose(c);
    for (uint32_t i = 0; i < parts.size; ++i) {
      if (!IsNonspacingMark(parts.code_points[i])) add(parts.code_points[i]);
    }
  }
  CHECK(dropped == 137681);
  CHECK(punctuation == 726);
  CHECK(marks == 1567);
  CHECK(digest == 0xC1B7DDDDA4D59945u);
}

// FNV-1a over one number for each code point.
template <typename F>
uint64_t DigestOf(F&& number) {
  uint64_t digest = 0xCBF29CE484222325u;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c < 0xD800 || c > 0xDFFF) digest = (digest ^ number(c)) * 0x100000001B3u;
  }
  return digest;
}

// Computed from what the reference's pre-tokenizers and normalizers do with each character.
TEST_CASE("the classes of other tokenizers equal the reference's for every code point") {
  CHECK(DigestOf(IsWord) == 0x861475D1D6EC7B7Cu);
  CHECK(DigestOf(IsNumeric) == 0x3E1A1D027744696Fu);
  CHECK(DigestOf(IsWhitespace) == 0x6456EA463BE947ACu);
  CHECK(DigestOf(IsMark) == 0x4985099391AE3126u);
  CHECK(DigestOf([](char32_t c) { return ClassOf(c) == CharClass::kLetter; }) ==
        0xF98F7F61CD264039u);
  CHECK(DigestOf([](char32_t c) { return ClassOf(c) == CharClass::kNumber; }) ==
        0x3BE1EB8FD343984Au);
}

template <size_t size>
bool Contains(const CodePointRange (&ranges)[size], char32_t c) {
  for (const CodePointRange& range : ranges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

// The reference has the tables of Unicode 8.0, utf8proc has newer ones: characters may have joined
// a class since then, but only these have left one.
TEST_CASE("the tables agree with utf8proc on characters of Unicode 8") {
  std::u32string moved;
  for (char32_t c = 0x80; c <= 0x10FFFF; ++c) {
    if (c == kReplacementCharacter) continue;
    const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    const bool mark = category == UTF8PROC_CATEGORY_MN;
    const bool punctuation = category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
    const bool other = category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
                       category == UTF8PROC_CATEGORY_CO;
    if ((Contains(kNonspacingMarks, c) && !mark) || (Contains(kPunctuation, c) && !punctuation) ||
        (Contains(kDropped, c) && !other)) {
      moved += c;
    }
  }
  CHECK(moved == U"\u166D\u1734\U000111C9");
}

TEST_CASE("classes of characters that implementations disagree on") {
  CHECK(IsDropped(0));
  CHECK(IsDropped(0xFFFD));
  CHECK(IsDropped(0x200B));
  CHECK_FALSE(IsDropped('\t'));
  CHECK_FALSE(IsDropped(0x0378));      // unassigned
  CHECK_FALSE(IsPunctuation(0x061D));  // punctuation since Unicode 14
  CHECK(IsPunctuation('$'));
  CHECK(IsPunctuation(0x2019));
  CHECK_FALSE(IsPunctuation(0x20AC));  // a currency sign
  CHECK(IsChinese(0x4E00));
  CHECK(IsChinese(0x2B81F));
  CHECK_FALSE(IsChinese(0x2B820));
  CHECK_FALSE(IsChinese(0x3042));  // hiragana
  CHECK_FALSE(IsChinese(0xAC00));  // hangul
  CHECK(CombiningClass(0x301) == 230);
  CHECK(CombiningClass(0x323) == 220);
  CHECK(CombiningClass(0x1ABF) == 0);  // newer than the reference's NFD
}

TEST_CASE("decomposition and lower case") {
  const auto text = [](const Mapped& m) {
    return std::u32string(m.code_points.begin(), m.code_points.begin() + m.size);
  };
  CHECK(text(Decompose(0xE9)) == U"e\u0301");
  CHECK(text(Decompose(0xAC01)) == U"\u1100\u1161\u11A8");
  CHECK(text(Decompose(0x1F82)) == U"\u03B1\u0313\u0300\u0345");
  CHECK(text(Decompose(0xFB01)) == U"\uFB01");  // a compatibility form stays
  CHECK(text(ToLower(0x130)) == U"i\u0307");
  CHECK(text(ToLower(0x3A3)) == U"\u03C3");
  CHECK(text(ToLower(0x10400)) == U"\U00010428");
}

TEST_CASE("values above U+10FFFF are accepted") {
  for (const char32_t c : {char32_t{0x110000}, char32_t{0xFFFFFFFF}}) {
    CHECK_FALSE(IsDropped(c));
    CHECK(CombiningClass(c) == 0);
    CHECK(Decompose(c).code_points[0] == c);
    CHECK(ToLower(c).code_points[0] == c);
  }
}

}  // namespace
}  // namespace octet::text
