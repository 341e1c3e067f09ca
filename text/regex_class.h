// Character classes and escapes of regular expressions (regex_syntax.h).
#ifndef OCTET_TEXT_REGEX_CLASS_H_
#define OCTET_TEXT_REGEX_CLASS_H_

#include <string>
#include <string_view>

#include "base/status.h"

namespace octet::text {

std::u32string Utf32(std::string_view utf8);
std::string Utf8(std::u32string_view text);

// A character as PCRE2 writes it, in a class or outside.
std::u32string EscapedChar(char32_t c);

// What a class of PCRE2 contains if it is Oniguruma's \w: in a class, and by itself, where some
// numbers of Latin-1 count, too.
inline constexpr std::u32string_view kWordItems =
    U"\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{24B6}-\\x{24E9}\\x{1F130}-\\x{1F149}\\x{1F150}-\\x{"
    U"1F169}"
    U"\\x{1F170}-\\x{1F189}";
inline constexpr std::u32string_view kMoreWordItems = U"\\x{B2}\\x{B3}\\x{B9}\\x{BC}-\\x{BE}";

// Error: Unsupported for a range that differs in a text of older characters (IsSameForOlder), and
// for one that is not ASCII if case is ignored.
Status CheckRange(char32_t first, char32_t last, bool ignore_case);

// What an escape stands for: one character, or a set.
struct ClassItem {
  bool is_char = false;
  char32_t first = 0;         // of a character
  std::u32string text = {};   // of a set, as PCRE2 writes it in a class; empty if it cannot
  std::u32string alone = {};  // of a set outside of a class, with brackets
  bool ignores_case = false;  // case makes no difference to the set
};

// Parses an escape at the start of `rest`, and removes it. Errors: Unsupported, naming it, for an
// escape that means something else in PCRE2; InvalidModel for one that does not end.
Result<ClassItem> ParseEscape(std::u32string_view* rest);

// A class in brackets.
class RegexClass {
 public:
  explicit RegexClass(bool ignore_case) : ignore_case_(ignore_case) {}

  // Parses a class at the start of `rest`, and removes it. A class inside is a part of the union.
  // Errors: Unsupported for intersections, POSIX names, negated classes inside and for hyphens and
  // brackets in odd places; those of ParseEscape.
  Status Parse(std::u32string_view* rest);

  // As PCRE2 writes it.
  const std::u32string& text() const { return text_; }

 private:
  Status ParseItems(std::u32string_view* rest, int depth);
  Result<ClassItem> ParseItem(std::u32string_view* rest) const;

  bool ignore_case_;
  std::u32string text_;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_REGEX_CLASS_H_
