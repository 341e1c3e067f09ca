#include "bert/text/normalizer.h"

#include <algorithm>
#include <utility>

#include "bert/text/unicode.h"

namespace octet::bert {
namespace {

bool IsAscii(const std::vector<NormalizedChar>& text) {
  return std::all_of(text.begin(), text.end(),
                     [](const NormalizedChar& c) { return c.code_point < 0x80; });
}

void CleanText(std::vector<NormalizedChar>& text) {
  std::erase_if(text, [](const NormalizedChar& c) { return IsDropped(c.code_point); });
  for (NormalizedChar& c : text) {
    if (IsWhitespace(c.code_point)) c.code_point = ' ';
  }
}

void SeparateChinese(std::vector<NormalizedChar>& text) {
  std::vector<NormalizedChar> out;
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
std::vector<DecomposedChar> CanonicalDecomposition(const std::vector<NormalizedChar>& text) {
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

// Origins follow the reference: reading the reordered text, every first part takes the next input
// character and every other part the one before, so that a mark that moved carries the origin of
// its new place. Sorting never puts a part in front of its own first part, so next is at least 1
// where it is used.
void StripAccents(std::vector<NormalizedChar>& text) {
  const std::vector<DecomposedChar> decomposed = CanonicalDecomposition(text);
  std::vector<NormalizedChar> out;
  out.reserve(text.size());
  size_t next = 0;
  for (const DecomposedChar& c : decomposed) {
    if (c.first) ++next;
    if (IsNonspacingMark(c.code_point)) continue;
    out.push_back({c.code_point, text[next - 1].origin});
  }
  text = std::move(out);
}

void LowerCase(std::vector<NormalizedChar>& text) {
  std::vector<NormalizedChar> out;
  out.reserve(text.size());
  for (const NormalizedChar& c : text) {
    const Mapped mapped = ToLower(c.code_point);
    for (uint32_t i = 0; i < mapped.size; ++i) out.push_back({mapped.code_points[i], c.origin});
  }
  text = std::move(out);
}

void LowerCaseAscii(std::vector<NormalizedChar>& text) {
  for (NormalizedChar& c : text) c.code_point = ToLower(c.code_point).code_points[0];
}

}  // namespace

void Normalize(const NormalizerOptions& options, std::vector<NormalizedChar>& text) {
  if (options.clean_text) CleanText(text);
  // ASCII has no Chinese characters and no accents, and its lower case is one to one.
  if (IsAscii(text)) {
    if (options.lowercase) LowerCaseAscii(text);
    return;
  }
  if (options.tokenize_chinese_chars) SeparateChinese(text);
  if (options.strip_accents.value_or(options.lowercase)) StripAccents(text);
  if (options.lowercase) LowerCase(text);
}

}  // namespace octet::bert
