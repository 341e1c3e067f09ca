#include "text/normalizer_steps.h"

#include <algorithm>
#include <string>
#include <utility>

#include "text/byte_level.h"
#include "text/normal_forms.h"
#include "text/unicode.h"

namespace octet::text {
namespace {

using Rewrite = void (*)(NormalizedText& text);

// A step without data. It keeps ASCII texts ASCII.
class FunctionStep : public NormalizerStep {
 public:
  // A null `apply_to_ascii` leaves ASCII texts as they are.
  FunctionStep(Rewrite apply, Rewrite apply_to_ascii)
      : apply_(apply), apply_to_ascii_(apply_to_ascii) {}

  Status Apply(TextInSteps& text) const override {
    const auto apply = text.is_ascii ? apply_to_ascii_ : apply_;
    if (apply != nullptr) apply(text.chars);
    return Status();
  }

 private:
  Rewrite apply_;
  Rewrite apply_to_ascii_;
};

std::shared_ptr<const NormalizerStep> Make(Rewrite apply, Rewrite apply_to_ascii) {
  return std::make_shared<FunctionStep>(apply, apply_to_ascii);
}

void CleanTextOf(NormalizedText& text) {
  std::erase_if(text, [](const NormalizedChar& c) { return IsDropped(c.code_point); });
  for (NormalizedChar& c : text) {
    if (IsWhitespace(c.code_point)) c.code_point = ' ';
  }
}

void SeparateChineseOf(NormalizedText& text) {
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

void RemoveMarksOf(NormalizedText& text) {
  std::erase_if(text, [](const NormalizedChar& c) { return IsMark(c.code_point); });
}

bool IsSpace(const NormalizedChar& c) { return IsWhitespace(c.code_point); }

void StripLeftOf(NormalizedText& text) {
  text.erase(text.begin(), std::ranges::find_if_not(text, IsSpace));
}

void StripRightOf(NormalizedText& text) {
  while (!text.empty() && IsSpace(text.back())) text.pop_back();
}

void LowerCaseOf(NormalizedText& text) {
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

bool IsDroppedByNmt(const NormalizedChar& c) {
  const char32_t x = c.code_point;
  return (x >= 0x01 && x <= 0x08) || x == 0x0B || (x >= 0x0E && x <= 0x1F) || x == 0x7F ||
         x == 0x8F || x == 0x9F;
}

bool IsSpaceForNmt(char32_t x) {
  return x == 0x09 || x == 0x0A || x == 0x0C || x == 0x0D || x == 0x1680 ||
         (x >= 0x200B && x <= 0x200F) || x == 0x2028 || x == 0x2029 || x == 0x2581 || x == 0xFEFF ||
         x == 0xFFFD;
}

void NmtOf(NormalizedText& text) {
  std::erase_if(text, IsDroppedByNmt);
  for (NormalizedChar& c : text) {
    if (IsSpaceForNmt(c.code_point)) c.code_point = ' ';
  }
}

class PrependStep : public NormalizerStep {
 public:
  explicit PrependStep(std::string_view prefix) : prefix_(DecodeText(prefix)) {}

  Status Apply(TextInSteps& text) const override {
    if (text.chars.empty() || prefix_.empty()) return Status();
    if (prefix_.size() > text.max_size - std::min(text.max_size, text.chars.size())) {
      return TextGrowsTooLong();
    }
    NormalizedText prefix = prefix_;
    for (NormalizedChar& c : prefix) c.origin = text.chars.front().origin;
    text.chars.insert(text.chars.begin(), prefix.begin(), prefix.end());
    text.is_ascii = false;
    return Status();
  }
  bool TakesCharsFromNowhere() const override { return true; }

 private:
  NormalizedText prefix_;
};

class ByteLevelStep : public NormalizerStep {
 public:
  Status Apply(TextInSteps& text) const override {
    NormalizedText out;
    out.reserve(text.chars.size());
    AppendByteChars(text.chars, &out);
    text.chars = std::move(out);
    text.is_ascii = false;
    return Status();
  }
};

}  // namespace

std::shared_ptr<const NormalizerStep> CleanText() { return Make(CleanTextOf, CleanTextOf); }
std::shared_ptr<const NormalizerStep> SeparateChinese() { return Make(SeparateChineseOf, nullptr); }
std::shared_ptr<const NormalizerStep> LowerCase() { return Make(LowerCaseOf, LowerCaseAscii); }
std::shared_ptr<const NormalizerStep> RemoveMarks() { return Make(RemoveMarksOf, nullptr); }
std::shared_ptr<const NormalizerStep> StripLeft() { return Make(StripLeftOf, StripLeftOf); }
std::shared_ptr<const NormalizerStep> StripRight() { return Make(StripRightOf, StripRightOf); }
std::shared_ptr<const NormalizerStep> Nmt() { return Make(NmtOf, NmtOf); }

std::shared_ptr<const NormalizerStep> Prepend(std::string_view prefix) {
  return std::make_shared<PrependStep>(prefix);
}

std::shared_ptr<const NormalizerStep> ByteLevel() { return std::make_shared<ByteLevelStep>(); }

Normalizer BertNormalizer(const BertNormalizerOptions& options) {
  Normalizer steps;
  if (options.clean_text) steps.push_back(CleanText());
  if (options.tokenize_chinese_chars) steps.push_back(SeparateChinese());
  if (options.strip_accents.value_or(options.lowercase)) steps.push_back(StripAccents());
  if (options.lowercase) steps.push_back(LowerCase());
  return steps;
}

}  // namespace octet::text
