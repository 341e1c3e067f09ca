#include "text/known_patterns.h"

#include <algorithm>

#include "text/unicode.h"

namespace octet::text {
namespace {

using Text = std::span<const NormalizedChar>;

CharClass ClassAt(Text text, size_t at) { return ClassOf(text[at].code_point); }

// Where the run of a class that starts at `at`, perhaps empty, ends.
size_t EndOfRun(Text text, size_t at, CharClass char_class) {
  while (at < text.size() && ClassAt(text, at) == char_class) ++at;
  return at;
}

// The size of 's, 't, 're, 've, 'm, 'll or 'd at the start of a text; 0 if there is none.
template <typename Fold>
size_t ContractionSize(Text text, Fold&& fold) {
  if (text.size() < 2 || text[0].code_point != '\'') return 0;
  const char32_t first = fold(text[1].code_point);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
  if (text.size() < 3) return 0;
  const char32_t second = fold(text[2].code_point);
  const bool is_long = (first == 'r' && second == 'e') || (first == 'v' && second == 'e') ||
                       (first == 'l' && second == 'l');
  return is_long ? 3 : 0;
}

// The size of `\s+(?!\S)|\s+` at the start of a text that starts with white space: all of a run but
// the last character, which is left to the word behind it.
size_t WhitespaceSize(Text text) {
  const size_t end = EndOfRun(text, 0, CharClass::kSpace);
  return end == text.size() || end == 1 ? end : end - 1;
}

bool IsLineBreak(char32_t c) { return c == '\n' || c == '\r'; }

// Case folding of the letters in contractions; U+017F is a long s.
char32_t FoldLetter(char32_t c) {
  if (c == 0x17F) return 's';
  return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

size_t SizeOfLetters(Text text) {
  const size_t start = ClassAt(text, 0) == CharClass::kLetter ? 0 : 1;
  if (start == 1 && (ClassAt(text, 0) == CharClass::kNumber || IsLineBreak(text[0].code_point))) {
    return 0;
  }
  const size_t end = EndOfRun(text, start, CharClass::kLetter);
  return end > start ? end : 0;
}

// The size of ` ?[^\s\p{L}\p{N}]+` at the start of a text; 0 if it does not match.
size_t SizeOfOthers(Text text) {
  const size_t start = text[0].code_point == ' ' ? 1 : 0;
  const size_t end = EndOfRun(text, start, CharClass::kOther);
  return end > start ? end : 0;
}

size_t Llama3WordSize(Text text) {
  if (const size_t size = ContractionSize(text, FoldLetter)) return size;
  if (const size_t size = SizeOfLetters(text)) return size;
  if (ClassAt(text, 0) == CharClass::kNumber) {
    return EndOfRun(text.first(std::min<size_t>(text.size(), 3)), 0, CharClass::kNumber);
  }
  if (size_t size = SizeOfOthers(text)) {
    while (size < text.size() && IsLineBreak(text[size].code_point)) ++size;
    return size;
  }
  // White space ends with its last line break, if it has one.
  for (size_t end = EndOfRun(text, 0, CharClass::kSpace); end > 0; --end) {
    if (IsLineBreak(text[end - 1].code_point)) return end;
  }
  return WhitespaceSize(text);
}

// A pattern whose matches cover every text, by the function that measures the first match.
template <size_t (*size_of)(Text)>
class CoveringPattern : public Pattern {
 public:
  Status Find(Text text, SearchBudget*, std::vector<TextRange>* matches) const override {
    for (size_t at = 0; at < text.size();) {
      const size_t end = at + size_of(text.subspan(at));
      matches->push_back({at, end});
      at = end;
    }
    return Status();
  }
};

template <size_t (*size_of)(Text)>
std::shared_ptr<const Pattern> Make() {
  return std::make_shared<CoveringPattern<size_of>>();
}

struct Row {
  std::string_view regex;
  std::shared_ptr<const Pattern> (*make)();
};

constexpr Row kKnown[] = {
    {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
     Make<Gpt2WordSize>},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
     R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     Make<Llama3WordSize>},
};

}  // namespace

size_t Gpt2WordSize(Text text) {
  if (const size_t size = ContractionSize(text, [](char32_t c) { return c; })) return size;
  const size_t start = text[0].code_point == ' ' && text.size() > 1 ? 1 : 0;
  const CharClass char_class = ClassAt(text, start);
  if (char_class != CharClass::kSpace) return EndOfRun(text, start, char_class);
  return WhitespaceSize(text);
}

std::shared_ptr<const Pattern> FindKnownPattern(std::string_view regex) {
  const auto* row = std::ranges::find(kKnown, regex, &Row::regex);
  return row == std::end(kKnown) ? nullptr : row->make();
}

}  // namespace octet::text
