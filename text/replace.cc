#include "text/replace.h"

#include <algorithm>
#include <utility>

namespace octet::text {
namespace {

class ReplaceStep : public NormalizerStep {
 public:
  ReplaceStep(std::shared_ptr<const Pattern> pattern, std::string_view content)
      : pattern_(std::move(pattern)),
        content_(DecodeText(content)),
        is_ascii_(std::ranges::all_of(content, [](char c) { return (c & 0x80) == 0; })) {}

  Status Apply(TextInSteps& text) const override {
    SearchBudget budget(text.chars.size());
    std::vector<TextRange> matches;
    // The reference does not search an empty text.
    if (!text.chars.empty()) {
      OCTET_RETURN_IF_ERROR(pattern_->Find(text.chars, &budget, &matches));
    }
    if (matches.empty()) return Status();
    NormalizedText out;
    out.reserve(text.chars.size());
    const auto at = [&](size_t i) { return text.chars.begin() + static_cast<std::ptrdiff_t>(i); };
    size_t done = 0;
    for (const TextRange& match : matches) {
      out.insert(out.end(), at(done), at(match.begin));
      done = match.end;
      const uint32_t origin =
          match.end > 0 ? text.chars[match.end - 1].origin : text.begin | kFromNowhere;
      if (out.size() + content_.size() > text.max_size) return TextGrowsTooLong();
      for (const NormalizedChar& c : content_) out.push_back({c.code_point, origin});
    }
    out.insert(out.end(), at(done), text.chars.end());
    text.chars = std::move(out);
    if (!is_ascii_) text.is_ascii = false;
    return Status();
  }
  bool TakesCharsFromNowhere() const override { return true; }

 private:
  std::shared_ptr<const Pattern> pattern_;
  NormalizedText content_;
  bool is_ascii_;
};

}  // namespace

std::shared_ptr<const NormalizerStep> Replace(std::shared_ptr<const Pattern> pattern,
                                              std::string_view content) {
  return std::make_shared<ReplaceStep>(std::move(pattern), content);
}

}  // namespace octet::text
