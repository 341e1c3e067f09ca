#include "text/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <tuple>

#include "text/unicode_tables.h"

namespace octet::text {
namespace {

constexpr char32_t kLastCodePoint = 0x10FFFF;

// The range that holds c, or null.
template <typename Range>
const Range* FindRange(std::span<const Range> ranges, char32_t c) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), c,
                                      [](char32_t x, const Range& r) { return x < r.first; });
  if (after == ranges.begin()) return nullptr;
  const Range* range = &*(after - 1);
  return c <= range->last ? range : nullptr;
}

bool Contains(std::span<const CodePointRange> ranges, char32_t c) {
  return FindRange(ranges, c) != nullptr;
}

// A composed character that is newer than the reference's normal forms.
constexpr char32_t kNewComposition = 0x11938;

template <typename Result>
Result DecomposeWith(char32_t c, int options) {
  Result mapped{{c}, 1};
  if (c > kLastCodePoint) return mapped;
  std::array<utf8proc_int32_t, std::tuple_size_v<decltype(mapped.code_points)>> buffer;
  const utf8proc_ssize_t size =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), buffer.data(), buffer.size(),
                              static_cast<utf8proc_option_t>(options), nullptr);
  if (size < 1 || size > static_cast<utf8proc_ssize_t>(buffer.size())) return mapped;
  mapped.size = static_cast<uint32_t>(size);
  std::copy_n(buffer.begin(), size, mapped.code_points.begin());
  return mapped;
}

bool InAscii(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

// The category in the reference's Unicode version, which is newer than utf8proc's.
utf8proc_category_t CategoryOf(char32_t c) {
  if (c > kLastCodePoint) return UTF8PROC_CATEGORY_CN;
  return utf8proc_category(static_cast<utf8proc_int32_t>(OlderAlike(c)));
}

constexpr std::array<CharClass, 128> AsciiClasses() {
  std::array<CharClass, 128> classes = {};
  for (char32_t c = 0; c < classes.size(); ++c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool is_space = c == ' ' || (c >= 0x09 && c <= 0x0D);
    const bool is_number = c >= '0' && c <= '9';
    classes[c] = is_letter   ? CharClass::kLetter
                 : is_space  ? CharClass::kSpace
                 : is_number ? CharClass::kNumber
                             : CharClass::kOther;
  }
  return classes;
}
constexpr std::array<CharClass, 128> kAsciiClasses = AsciiClasses();

}  // namespace

DecodedChar DecodeUtf8(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return {lead, 1};
  // The second byte's range depends on the lead byte: it excludes overlong forms, surrogates and
  // what lies above U+10FFFF.
  uint32_t length = 0;
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
  char32_t code_point = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    code_point = lead & 0x1F;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    code_point = lead & 0x0F;
    if (lead == 0xE0) second_min = 0xA0;
    if (lead == 0xED) second_max = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    code_point = lead & 0x07;
    if (lead == 0xF0) second_min = 0x90;
    if (lead == 0xF4) second_max = 0x8F;
  } else {
    return {kReplacementCharacter, 1};
  }
  for (uint32_t i = 1; i < length; ++i) {
    if (at + i >= text.size() || byte(at + i) < second_min || byte(at + i) > second_max) {
      return {kReplacementCharacter, i};
    }
    code_point = code_point << 6 | (byte(at + i) & 0x3F);
    second_min = 0x80;
    second_max = 0xBF;
  }
  return {code_point, length};
}

bool IsValidUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const DecodedChar decoded = DecodeUtf8(text, at);
    // U+FFFD in the text has these three bytes. A malformed sequence never starts with them.
    if (decoded.code_point == kReplacementCharacter && text.substr(at, 3) != "\xEF\xBF\xBD") {
      return false;
    }
    at += decoded.bytes;
  }
  return true;
}

size_t EncodeUtf8(char32_t c, char* out) {
  if (c < 0x80) {
    out[0] = static_cast<char>(c);
    return 1;
  }
  if (c < 0x800) {
    out[0] = static_cast<char>(0xC0 | c >> 6);
    out[1] = static_cast<char>(0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    out[0] = static_cast<char>(0xE0 | c >> 12);
    out[1] = static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out[2] = static_cast<char>(0x80 | (c & 0x3F));
    return 3;
  }
  out[0] = static_cast<char>(0xF0 | c >> 18);
  out[1] = static_cast<char>(0x80 | (c >> 12 & 0x3F));
  out[2] = static_cast<char>(0x80 | (c >> 6 & 0x3F));
  out[3] = static_cast<char>(0x80 | (c & 0x3F));
  return 4;
}

bool IsDropped(char32_t c) {
  if (InAscii(c, 0x20, 0x7E)) return false;
  return Contains(kDropped, c);
}

bool IsWhitespace(char32_t c) {
  if (c < 0x80) return c == ' ' || InAscii(c, 0x09, 0x0D);
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool IsPunctuation(char32_t c) {
  if (InAscii(c, 'a', 'z') || InAscii(c, 'A', 'Z') || InAscii(c, '0', '9')) return false;
  return Contains(kPunctuation, c);
}

bool IsChinese(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B81F) ||
         (c >= 0x2B920 && c <= 0x2CEAF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x2F800 && c <= 0x2FA1F);
}

bool IsNonspacingMark(char32_t c) { return c >= 0x300 && Contains(kNonspacingMarks, c); }

bool IsMark(char32_t c) {
  if (c < 0x300 || c > kLastCodePoint) return false;
  // U+1CF2 and U+1CF3 have become letters since.
  if (IsNonspacingMark(c) || c == 0x1CF2 || c == 0x1CF3) return true;
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
          category == UTF8PROC_CATEGORY_ME) &&
         !Contains(kNewMarks, c);
}

char32_t OlderAlike(char32_t c) {
  if (c < kNewChars[0].first) return c;
  const NewCharRange* range = FindRange(std::span<const NewCharRange>(kNewChars), c);
  return range ? range->older : c;
}

bool IsSameForOlder(char32_t first, char32_t last) {
  return std::ranges::all_of(kNewChars, [&](const NewCharRange& range) {
    if (range.older >= first && range.older <= last) {
      return first <= range.first && range.last <= last;
    }
    return last < range.first || range.last < first;
  });
}

CharClass ClassOf(char32_t c) {
  if (c < 0x80) return kAsciiClasses[c];
  if (IsWhitespace(c)) return CharClass::kSpace;
  switch (CategoryOf(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return CharClass::kLetter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return CharClass::kNumber;
    default:
      return CharClass::kOther;
  }
}

bool IsNumeric(char32_t c) {
  return ClassOf(c) == CharClass::kNumber || (c >= 0x11DE0 && c <= 0x11DE9) ||
         (c >= 0x16FF4 && c <= 0x16FF6);
}

bool IsWord(char32_t c) {
  if (c < 0x80) {
    return InAscii(c, 'a', 'z') || InAscii(c, 'A', 'Z') || InAscii(c, '0', '9') || c == '_';
  }
  if (c > kLastCodePoint) return false;
  // Join_Control, and the letters in circles and squares, which are alphabetic but of category So.
  if (c == 0x200C || c == 0x200D || (c >= 0x24B6 && c <= 0x24E9) ||
      (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x1F150 && c <= 0x1F169) ||
      (c >= 0x1F170 && c <= 0x1F189)) {
    return true;
  }
  switch (CategoryOf(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      return false;
  }
}

int CombiningClass(char32_t c) {
  if (c < 0x300 || c > kLastCodePoint || Contains(kUnordered, c)) return 0;
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class;
}

Mapped Decompose(char32_t c) {
  if (c < 0x80 || c == kNewComposition) return {{c}, 1};
  return DecomposeWith<Mapped>(c, UTF8PROC_DECOMPOSE);
}

LongMapped DecomposeCompatibility(char32_t c) {
  if (c < 0x80 || Contains(kNewDecompositions, c)) return {{c}, 1};
  return DecomposeWith<LongMapped>(c, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
}

std::optional<char32_t> ComposePair(char32_t first, char32_t second) {
  if (first > kLastCodePoint || second < 0x300 || second > kLastCodePoint) return std::nullopt;
  utf8proc_int32_t pair[] = {static_cast<utf8proc_int32_t>(first),
                             static_cast<utf8proc_int32_t>(second)};
  const bool is_hangul = second >= 0x1161 && second <= 0x11C2;
  if (!is_hangul && utf8proc_get_property(pair[1])->comb_index == UINT16_MAX) return std::nullopt;
  const utf8proc_ssize_t size = utf8proc_normalize_utf32(
      pair, std::size(pair), static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  const auto whole = static_cast<char32_t>(pair[0]);
  if (size != 1 || whole == kNewComposition) return std::nullopt;
  return whole;
}

Mapped ToLower(char32_t c) {
  if (c < 0x80) return {{InAscii(c, 'A', 'Z') ? c + ('a' - 'A') : c}, 1};
  if (c == 0x130) return {{'i', 0x307}, 2};
  if (c > kLastCodePoint) return {{c}, 1};
  if (const LowerCaseRange* range = FindRange(std::span<const LowerCaseRange>(kNewLowerCase), c)) {
    return {{static_cast<char32_t>(static_cast<int32_t>(c) + range->delta)}, 1};
  }
  return {{static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)))}, 1};
}

}  // namespace octet::text
