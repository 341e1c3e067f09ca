// UTF-8 and the character rules of BERT's tokenizer. The classes of BERT come from the reference's
// own tables (unicode_tables.h); decomposition, combining classes, lower case, IsMark and IsWord
// come from utf8proc, corrected where the reference differs.
// Every function is pure and thread-safe; any char32_t is accepted.
#ifndef OCTET_TEXT_UNICODE_H_
#define OCTET_TEXT_UNICODE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace octet::text {

constexpr char32_t kReplacementCharacter = 0xFFFD;

struct DecodedChar {
  char32_t code_point;
  uint32_t bytes;  // 1 to 4
};

// The code point that starts at byte `at` (< text.size()). In a malformed sequence, the longest
// part that a valid sequence could start with, at least one byte, gives U+FFFD. This is the rule of
// the Unicode Standard (3.9, "maximal subpart"), of Python and of web browsers.
DecodedChar DecodeUtf8(std::string_view text, size_t at);

// Calls f(code_point) for every code point of `text`.
template <typename F>
void ForEachCodePoint(std::string_view text, F&& f) {
  for (size_t at = 0; at < text.size();) {
    const DecodedChar decoded = DecodeUtf8(text, at);
    f(decoded.code_point);
    at += decoded.bytes;
  }
}

bool IsValidUtf8(std::string_view text);

// Encodes one code point into out[0..3] and returns the number of bytes.
size_t EncodeUtf8(char32_t code_point, char* out);

// Whether clean_text deletes c: NUL, U+FFFD, control (but TAB, LF, CR), format and private use
// characters.
bool IsDropped(char32_t c);

// The White_Space property: separates words.
bool IsWhitespace(char32_t c);

// Whether c is a token of its own: ASCII printables that are not alphanumeric, and category P.
bool IsPunctuation(char32_t c);

// Chinese characters, each of which is a word of its own. U+2B820 to U+2B91F are not among them, as
// in the reference.
bool IsChinese(char32_t c);

// Category Mn: what stripping accents removes after decomposition.
bool IsNonspacingMark(char32_t c);

// Category M: every combining mark, as of the reference.
bool IsMark(char32_t c);

// An older character of the same category as one that is newer than octet's libraries; any other
// character itself.
char32_t OlderAlike(char32_t c);
// Whether a text of such older characters has one in [first, last] exactly where the text itself
// has.
bool IsSameForOlder(char32_t first, char32_t last);

// The classes by which byte-level tokenizers cut texts: \s, \p{L}, \p{N} and the rest.
enum class CharClass : uint8_t { kSpace, kLetter, kNumber, kOther };
CharClass ClassOf(char32_t c);

// Category N, and the numbers of Unicode 17, which is what Rust's char::is_numeric says.
bool IsNumeric(char32_t c);

// A word character of regular expressions, \w: letters, numbers, marks, connectors (Unicode
// Technical Standard 18, annex C).
bool IsWord(char32_t c);

// Canonical combining class. 0 is a starter: sorting does not move marks across it.
int CombiningClass(char32_t c);

// The result of mapping one code point: a range of at most `limit`.
template <size_t limit>
struct MappedUpTo {
  std::array<char32_t, limit> code_points;
  uint32_t size;

  const char32_t* begin() const { return code_points.data(); }
  const char32_t* end() const { return code_points.data() + size; }
};
// No canonical decomposition is longer than 4, and no other one longer than 18.
using Mapped = MappedUpTo<4>;
using LongMapped = MappedUpTo<18>;

// Full canonical decomposition (NFD of the one code point).
Mapped Decompose(char32_t c);

// Full compatibility decomposition (NFKD of the one code point).
LongMapped DecomposeCompatibility(char32_t c);

// What NFC makes of two code points of decomposed text; nullopt if it keeps both.
std::optional<char32_t> ComposePair(char32_t first, char32_t second);

// Lower case of c by itself: final sigma is not special. U+0130 becomes two code points.
Mapped ToLower(char32_t c);

}  // namespace octet::text

#endif  // OCTET_TEXT_UNICODE_H_
