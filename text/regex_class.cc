#include "text/regex_class.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "text/normalizer.h"
#include "text/unicode.h"

namespace octet::text {
namespace {

// Classes inside classes deeper than this are refused.
constexpr int kMaxDepth = 8;

Status Refuse(std::string_view what) {
  return Unsupported(fmt::format("'{}' in a regular expression", Printable(what)));
}

// The white space of Oniguruma. PCRE2's \s also has U+180E.
constexpr std::u32string_view kSpaceItems =
    U"\\x{09}-\\x{0D}\\x{20}\\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}"
    U"\\x{205F}\\x{3000}";
// All other characters.
constexpr std::u32string_view kNotSpaceItems =
    U"\\x{00}-\\x{08}\\x{0E}-\\x{1F}\\x{21}-\\x{84}\\x{86}-\\x{9F}\\x{A1}-\\x{167F}"
    U"\\x{1681}-\\x{1FFF}\\x{200B}-\\x{2027}\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}"
    U"\\x{2060}-\\x{2FFF}\\x{3001}-\\x{10FFFF}";

// Properties that both libraries give the same characters, by Oniguruma's name.
struct Property {
  std::string_view name;
  std::u32string_view pcre2;
};
constexpr Property kProperties[] = {
    {"L", U"L"},   {"Lu", U"Lu"}, {"Ll", U"Ll"}, {"Lt", U"Lt"}, {"Lm", U"Lm"},      {"Lo", U"Lo"},
    {"M", U"M"},   {"Mn", U"Mn"}, {"Mc", U"Mc"}, {"Me", U"Me"}, {"N", U"N"},        {"Nd", U"Nd"},
    {"Nl", U"Nl"}, {"No", U"No"}, {"P", U"P"},   {"Pc", U"Pc"}, {"Pd", U"Pd"},      {"Ps", U"Ps"},
    {"Pe", U"Pe"}, {"Pi", U"Pi"}, {"Pf", U"Pf"}, {"Po", U"Po"}, {"S", U"S"},        {"Sm", U"Sm"},
    {"Sc", U"Sc"}, {"Sk", U"Sk"}, {"So", U"So"}, {"Z", U"Z"},   {"Zs", U"Zs"},      {"Zl", U"Zl"},
    {"Zp", U"Zp"}, {"C", U"C"},   {"Cc", U"Cc"}, {"Cf", U"Cf"}, {"Han", U"sc:Han"},
};

std::u32string InBrackets(std::u32string_view items, bool is_negated = false) {
  return (is_negated ? U"[^" : U"[") + std::u32string(items) + U"]";
}

std::optional<ClassItem> FindSet(char32_t letter) {
  ClassItem item;
  item.ignores_case = letter != U'w' && letter != U'W';
  switch (letter) {
    case U's':
      item.text = kSpaceItems;
      break;
    case U'S':
      item.text = kNotSpaceItems;
      break;
    case U'd':
      item.text = U"\\p{Nd}";
      break;
    case U'D':
      item.text = U"\\P{Nd}";
      break;
    case U'w':
      item.text = kWordItems;
      [[fallthrough]];
    case U'W':
      item.alone =
          InBrackets(std::u32string(kWordItems) + std::u32string(kMoreWordItems), letter == U'W');
      return item;
    default:
      return std::nullopt;
  }
  item.alone = InBrackets(item.text);
  return item;
}

struct CharEscape {
  char32_t letter;
  char32_t c;
};
constexpr CharEscape kChars[] = {
    {U't', 0x09}, {U'n', 0x0A}, {U'v', 0x0B}, {U'f', 0x0C},
    {U'r', 0x0D}, {U'a', 0x07}, {U'e', 0x1B},
};

ClassItem Char(char32_t c) { return {.is_char = true, .first = c}; }

// Takes `least` to `most` hexadecimal digits.
std::optional<char32_t> TakeHex(std::u32string_view* rest, size_t least, size_t most) {
  char32_t value = 0;
  size_t size = 0;
  for (; size < std::min(most, rest->size()); ++size) {
    const char32_t c = (*rest)[size];
    const char32_t lower = c | 0x20;
    if (c >= U'0' && c <= U'9') {
      value = value << 4 | (c - U'0');
    } else if (lower >= U'a' && lower <= U'f') {
      value = value << 4 | (lower - U'a' + 10);
    } else {
      break;
    }
  }
  if (size < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return std::nullopt;
  rest->remove_prefix(size);
  return value;
}

// \x41, \x{1F600} or A, behind the backslash.
Result<ClassItem> ParseHex(std::u32string_view* rest) {
  const bool is_short = rest->front() == U'x';
  rest->remove_prefix(1);
  std::optional<char32_t> c;
  if (is_short && rest->starts_with(U"{")) {
    rest->remove_prefix(1);
    c = TakeHex(rest, 1, 6);
    if (!c || !rest->starts_with(U"}")) return Refuse("\\x{");
    rest->remove_prefix(1);
    return Char(*c);
  }
  const size_t digits = is_short ? 2 : 4;
  c = TakeHex(rest, digits, digits);
  // A byte above 7F is a part of a character in Oniguruma.
  if (!c || (is_short && *c >= 0x80)) return Refuse(is_short ? "\\x" : "\\u");
  return Char(*c);
}

// \p{L}, \P{L} or \p{^L}, behind the backslash.
Result<ClassItem> ParseProperty(std::u32string_view* rest) {
  const size_t end = rest->find(U'}');
  bool is_negated = rest->front() == U'P';
  if (rest->size() < 2 || (*rest)[1] != U'{' || end == std::u32string_view::npos) {
    return Refuse(is_negated ? "\\P" : "\\p");
  }
  std::u32string_view name = rest->substr(2, end - 2);
  rest->remove_prefix(end + 1);
  if (name.starts_with(U"^")) {
    is_negated = !is_negated;
    name.remove_prefix(1);
  }
  const auto* found = std::ranges::find(kProperties, Utf8(name), &Property::name);
  if (found == std::end(kProperties)) return Refuse("\\p{" + Utf8(name) + "}");
  ClassItem item;
  item.text = std::u32string(is_negated ? U"\\P{" : U"\\p{") + std::u32string(found->pcre2) + U"}";
  item.alone = item.text;
  return item;
}

}  // namespace

std::u32string Utf32(std::string_view utf8) {
  std::u32string text;
  ForEachCodePoint(utf8, [&](char32_t c) { text += c; });
  return text;
}

std::string Utf8(std::u32string_view text) {
  std::string utf8;
  for (const char32_t c : text) {
    char bytes[4];
    utf8.append(bytes, EncodeUtf8(c, bytes));
  }
  return utf8;
}

std::u32string EscapedChar(char32_t c) {
  return Utf32(fmt::format("\\x{{{:X}}}", static_cast<uint32_t>(c)));
}

Status CheckRange(char32_t first, char32_t last, bool ignore_case) {
  if (IsSameForOlder(first, last) && !(ignore_case && last >= 0x80)) return Status();
  std::u32string range(1, first);
  if (last != first) range += {U'-', last};
  return Refuse(Utf8(range) + (ignore_case ? " in (?i)" : ""));
}

Result<ClassItem> ParseEscape(std::u32string_view* rest) {
  rest->remove_prefix(1);
  if (rest->empty()) return InvalidModel("regular expression that ends with a backslash");
  const char32_t letter = rest->front();
  if (letter == U'x' || letter == U'u') return ParseHex(rest);
  if (letter == U'p' || letter == U'P') return ParseProperty(rest);
  rest->remove_prefix(1);
  if (const auto* c = std::ranges::find(kChars, letter, &CharEscape::letter);
      c != std::end(kChars)) {
    return Char(c->c);
  }
  if (std::optional<ClassItem> set = FindSet(letter)) return *std::move(set);
  const bool is_punctuation = letter < 0x80 && letter > 0x20 && !IsWord(letter);
  if (is_punctuation || letter == U' ') return Char(letter);
  return Refuse("\\" + Utf8({&letter, 1}));
}

Status RegexClass::Parse(std::u32string_view* rest) {
  rest->remove_prefix(1);
  text_ = U"[";
  if (rest->starts_with(U"^")) {
    text_ += U'^';
    rest->remove_prefix(1);
  }
  OCTET_RETURN_IF_ERROR(ParseItems(rest, 0));
  text_ += U']';
  return Status();
}

// Parses up to the bracket that ends the class.
Status RegexClass::ParseItems(std::u32string_view* rest, int depth) {
  if (depth > kMaxDepth) return Refuse("[[[");
  bool is_empty = true;
  while (!rest->empty()) {
    if (rest->front() == U']') {
      if (is_empty) return Refuse("[]");
      rest->remove_prefix(1);
      return Status();
    }
    for (const std::u32string_view odd : {U"&&", U"[:", U"[^", U"--"}) {
      if (rest->starts_with(odd)) return Refuse(Utf8(odd) + " in a class");
    }
    if (rest->front() == U'[') {
      rest->remove_prefix(1);
      OCTET_RETURN_IF_ERROR(ParseItems(rest, depth + 1));
      is_empty = false;
      continue;
    }
    // A hyphen stands for itself only at an end.
    if (rest->front() == U'-' && !is_empty && !rest->starts_with(U"-]")) {
      return Refuse("- in a class");
    }
    OCTET_ASSIGN_OR_RETURN(const ClassItem item, ParseItem(rest));
    is_empty = false;
    const bool is_range = rest->size() > 1 && rest->front() == U'-' && (*rest)[1] != U']';
    if (!item.is_char) {
      if (is_range) return Refuse("- behind a set in a class");
      if (item.text.empty()) return Refuse("\\W in a class");
      text_ += item.text;
      continue;
    }
    char32_t last = item.first;
    if (is_range) {
      rest->remove_prefix(1);
      if (rest->front() == U'[') return Refuse("-[ in a class");
      OCTET_ASSIGN_OR_RETURN(const ClassItem end, ParseItem(rest));
      if (!end.is_char || end.first < item.first) return Refuse("- in a class");
      last = end.first;
    }
    OCTET_RETURN_IF_ERROR(CheckRange(item.first, last, ignore_case_));
    text_ += EscapedChar(item.first);
    if (last != item.first) text_ += U"-" + EscapedChar(last);
  }
  return InvalidModel("regular expression with a class that does not end");
}

Result<ClassItem> RegexClass::ParseItem(std::u32string_view* rest) const {
  if (rest->front() == U'\\') {
    OCTET_ASSIGN_OR_RETURN(ClassItem item, ParseEscape(rest));
    if (!item.is_char && ignore_case_ && !item.ignores_case) return Refuse("\\p in (?i)");
    return item;
  }
  const char32_t c = rest->front();
  rest->remove_prefix(1);
  return Char(c);
}

}  // namespace octet::text
