#include "text/grapheme.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>

#include "text/grapheme_tables.h"

namespace octet::text {
namespace {

constexpr char32_t kLastCodePoint = 0x10FFFF;
constexpr char32_t kNonJoiner = 0x200C;  // a mark, but not inside conjuncts
constexpr char32_t kJoiner = 0x200D;

// The range that holds c, or null.
template <typename Range, size_t size>
const Range* FindRange(const Range (&ranges)[size], char32_t c) {
  const Range* range = std::ranges::lower_bound(ranges, c, {}, &Range::last);
  return range != std::end(ranges) && range->first <= c ? range : nullptr;
}

// Latin, Greek, Cyrillic and Chinese characters, which belong to each other only in "\r\n". This
// makes most texts fast.
bool IsPlain(char32_t c) {
  return c < 0x300 || (c >= 0x370 && c < 0x483) || (c >= 0x3400 && c < 0xA000);
}

// c or, if utf8proc has other rules for it, a character with its rules.
utf8proc_int32_t Known(char32_t c) {
  if (c > kLastCodePoint) c = 'a';
  const GraphemeRange* range = FindRange(kNewGraphemes, c);
  return static_cast<utf8proc_int32_t>(range ? range->like : c);
}

bool IsConsonant(char32_t c) { return FindRange(kConjunctConsonants, c) != nullptr; }
bool IsLinker(char32_t c) { return std::ranges::binary_search(kConjunctLinkers, c); }
bool IsPictograph(char32_t c) { return FindRange(kPictographs, c) != nullptr; }
bool IsMark(char32_t c) {
  return utf8proc_get_property(Known(c))->boundclass == UTF8PROC_BOUNDCLASS_EXTEND;
}

}  // namespace

bool GraphemeBreaks::EndsBetween(char32_t before, char32_t behind) {
  if (IsPlain(before) && IsPlain(behind)) {
    before_ = Before::kOther;
    return before != '\r' || behind != '\n';
  }
  if (IsConsonant(before)) {
    before_ = Before::kConsonant;
  } else if (IsPictograph(before)) {
    before_ = Before::kPictograph;
  } else if (before_ == Before::kConsonant || before_ == Before::kLinked) {
    if (IsLinker(before)) {
      before_ = Before::kLinked;
    } else if (before == kNonJoiner || !(before == kJoiner || IsMark(before))) {
      before_ = Before::kOther;
    }
  } else if (before_ == Before::kPictograph && before == kJoiner) {
    before_ = Before::kJoined;
  } else if (before_ != Before::kPictograph || !IsMark(before)) {
    before_ = Before::kOther;
  }
  if (before_ == Before::kLinked && IsConsonant(behind)) return false;
  if (before_ == Before::kJoined && IsPictograph(behind)) return false;
  return utf8proc_grapheme_break(Known(before), Known(behind));
}

}  // namespace octet::text
