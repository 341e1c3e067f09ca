#include "text/normalizer.h"

#include <algorithm>
#include <utility>

#include "text/unicode.h"

namespace octet::text {
namespace {

bool IsAscii(const NormalizedText& text) {
  return std::all_of(text.begin(), text.end(),
                     [](const NormalizedChar& c) { return c.code_point < 0x80; });
}

void CleanText(NormalizedText& text) {
  std::erase_if(text, [](const NormalizedChar& c) { return IsDropped(c.code_point); });
  for (NormalizedChar& c : text) {
    if (IsWhitespace(c.code_point)) c.code_point = ' ';
  }
}

void SeparateChinese(NormalizedText& text) {
  NormalizedText out;
  out.reserve(text.size());
  for (const NormalizedChar& c : text) {
    if (IsChinese(c.code_point)) {
      out.insert(out.end(), {{' ', c.origin}, c, {' ', c.origin}});
    } else {
      out.push_back(c);
    }
  }
  text = std::move(out);
}

// One code point of the decomposed text before its origin is known.
struct DecomposedChar {
  char32_t code_point;
  bool first;  // of its input character's decomposition
  uint8_t combining_class;
};

// Decomposes and puts every run of marks into canonical order, which is stable by combining class.
std::vector<DecomposedChar> CanonicalDecomposition(const NormalizedText& text) {
  std::vector<DecomposedChar> out;
  out.reserve(text.size());
  size_t run = 0;  // where the current run of marks starts
  const auto end_run = [&] {
    if (out.size() - run < 2) return;
    std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(run), out.end(),
                     [](const DecomposedChar& a, const DecomposedChar& b) {
                       return a.combining_class < b.combining_class;
                     });
  };
  for (const NormalizedChar& c : text) {
    const Mapped mapped = Decompose(c.code_point);
    for (uint32_t i = 0; i < mapped.size; ++i) {
      const char32_t part = mapped.code_points[i];
      const auto combining_class = static_cast<uint8_t>(CombiningClass(part));
      if (combining_class == 0) end_run();
      out.push_back({part, i == 0, combining_class});
      if (combining_class == 0) run = out.size();
    }
  }
  end_run();
  return out;
}

// Assigns origins as the reference does. In the reordered text, each first part of a decomposition
// takes the next input character, and each other part takes the same as the part before it. So a
// mark that moved gets the origin of its new place. Sorting never moves a part before its own first
// part, so `next` is at least 1 where it is used. Drops the characters for which `keep` is false.
template <typename F>
void DecomposeAndFilter(NormalizedText& text, F&& keep) {
  const std::vector<DecomposedChar> decomposed = CanonicalDecomposition(text);
  NormalizedText out;
  out.reserve(text.size());
  size_t next = 0;
  for (const DecomposedChar& c : decomposed) {
    if (c.first) ++next;
    if (keep(c.code_point)) out.push_back({c.code_point, text[next - 1].origin});
  }
  text = std::move(out);
}

void StripAccents(NormalizedText& text) {
  DecomposeAndFilter(text, [](char32_t c) { return !IsNonspacingMark(c); });
}

void DecomposeText(NormalizedText& text) {
  DecomposeAndFilter(text, [](char32_t) { return true; });
}

void RemoveMarks(NormalizedText& text) {
  std::erase_if(text, [](const NormalizedChar& c) { return IsMark(c.code_point); });
}

bool IsSpace(const NormalizedChar& c) { return IsWhitespace(c.code_point); }

void StripLeft(NormalizedText& text) {
  text.erase(text.begin(), std::ranges::find_if_not(text, IsSpace));
}

void StripRight(NormalizedText& text) {
  while (!text.empty() && IsSpace(text.back())) text.pop_back();
}

void LowerCase(NormalizedText& text) {
  NormalizedText out;
  out.reserve(text.size());
  for (const NormalizedChar& c : text) {
    const Mapped mapped = ToLower(c.code_point);
    for (uint32_t i = 0; i < mapped.size; ++i) out.push_back({mapped.code_points[i], c.origin});
  }
  text = std::move(out);
}

void LowerCaseAscii(NormalizedText& text) {
  for (NormalizedChar& c : text) c.code_point = ToLower(c.code_point).code_points[0];
}

}  // namespace

const NormalizerStep kCleanText = {CleanText, CleanText};
const NormalizerStep kSeparateChinese = {SeparateChinese, nullptr};
const NormalizerStep kStripAccents = {StripAccents, nullptr};
const NormalizerStep kLowerCase = {LowerCase, LowerCaseAscii};
const NormalizerStep kDecompose = {DecomposeText, nullptr};
const NormalizerStep kRemoveMarks = {RemoveMarks, nullptr};
const NormalizerStep kStripLeft = {StripLeft, StripLeft};
const NormalizerStep kStripRight = {StripRight, StripRight};

Normalizer BertNormalizer(const BertNormalizerOptions& options) {
  Normalizer steps;
  if (options.clean_text) steps.push_back(&kCleanText);
  if (options.tokenize_chinese_chars) steps.push_back(&kSeparateChinese);
  if (options.strip_accents.value_or(options.lowercase)) steps.push_back(&kStripAccents);
  if (options.lowercase) steps.push_back(&kLowerCase);
  return steps;
}

void Normalize(const Normalizer& normalizer, NormalizedText& text) {
  const bool is_ascii = IsAscii(text);  // every step keeps ASCII text ASCII
  for (const NormalizerStep* step : normalizer) {
    auto* const apply = is_ascii ? step->apply_to_ascii : step->apply;
    if (apply != nullptr) apply(text);
  }
}

NormalizedText DecodeText(std::string_view text) {
  NormalizedText chars;
  chars.reserve(text.size());
  ForEachCodePoint(text, [&](char32_t c) {
    chars.push_back({c, static_cast<uint32_t>(chars.size())});
  });
  return chars;
}

std::string ToUtf8(std::span<const NormalizedChar> text) {
  std::string utf8;
  for (const NormalizedChar& c : text) {
    char bytes[4];
    utf8.append(bytes, EncodeUtf8(c.code_point, bytes));
  }
  return utf8;
}

}  // namespace octet::text
