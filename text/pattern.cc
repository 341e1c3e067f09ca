#include "text/pattern.h"

#include <string>
#include <utility>

namespace octet::text {
namespace {

template <typename IsMatch>
class EachChar : public Pattern {
 public:
  explicit EachChar(IsMatch is_match) : is_match_(is_match) {}

  Status Find(std::span<const NormalizedChar> text, SearchBudget*,
              std::vector<TextRange>* matches) const override {
    for (size_t i = 0; i < text.size(); ++i) {
      if (is_match_(text[i].code_point)) matches->push_back({i, i + 1});
    }
    return Status();
  }

 private:
  IsMatch is_match_;
};

// Searches as Knuth, Morris and Pratt do (1977).
class Literal : public Pattern {
 public:
  explicit Literal(std::u32string literal) : literal_(std::move(literal)) {
    for (size_t i = 1, matched = 0; i < literal_.size(); ++i) {
      matched = Advance(matched, literal_[i]);
      shorter_.push_back(matched);
    }
  }

  Status Find(std::span<const NormalizedChar> text, SearchBudget*,
              std::vector<TextRange>* matches) const override {
    size_t matched = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      matched = Advance(matched, text[i].code_point);
      if (matched < literal_.size()) continue;
      matches->push_back({i + 1 - matched, i + 1});
      matched = 0;
    }
    return Status();
  }

 private:
  // How many characters of the literal match up to a character, if `matched` did before it.
  size_t Advance(size_t matched, char32_t c) const {
    while (matched > 0 && literal_[matched] != c) matched = shorter_[matched - 1];
    return literal_[matched] == c ? matched + 1 : 0;
  }

  std::u32string literal_;
  // shorter_[n - 1]: of the first n characters, how many at the end are also the literal's first.
  std::vector<size_t> shorter_ = {0};
};

}  // namespace

std::shared_ptr<const Pattern> CharPattern(bool (*is_match)(char32_t)) {
  return std::make_shared<EachChar<decltype(is_match)>>(is_match);
}

std::shared_ptr<const Pattern> CharPattern(char32_t c) {
  const auto is_match = [c](char32_t other) { return other == c; };
  return std::make_shared<EachChar<decltype(is_match)>>(is_match);
}

Result<std::shared_ptr<const Pattern>> LiteralPattern(std::string_view literal) {
  std::u32string chars;
  for (const NormalizedChar& c : DecodeText(literal)) chars += c.code_point;
  if (chars.empty()) return Unsupported("an empty pattern");
  return std::shared_ptr<const Pattern>(std::make_shared<Literal>(std::move(chars)));
}

}  // namespace octet::text
