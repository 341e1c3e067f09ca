// What Split and Replace search for in a text.
#ifndef OCTET_TEXT_PATTERN_H_
#define OCTET_TEXT_PATTERN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/normalizer.h"

namespace octet::text {

// Characters [begin, end) of a text.
struct TextRange {
  size_t begin;
  size_t end;
  bool operator==(const TextRange&) const = default;
};

// The steps that all searches of one text may take together. It grows with the text, so that no
// pattern takes more than linear time.
class SearchBudget {
 public:
  explicit SearchBudget(size_t text_size) : steps_(4096 + 256 * uint64_t{text_size}) {}

  // Takes steps, and returns false if fewer are left.
  bool Take(uint64_t steps) {
    if (steps > steps_) return false;
    steps_ -= steps;
    return true;
  }

 private:
  uint64_t steps_;
};

// Immutable, thread-safe.
class Pattern {
 public:
  virtual ~Pattern() = default;
  // Appends all matches in `text`, which do not overlap, in their order. Error: ResourceLimit if
  // the budget is used up.
  virtual Status Find(std::span<const NormalizedChar> text, SearchBudget* budget,
                      std::vector<TextRange>* matches) const = 0;
};

// Each character for which `is_match` is true.
std::shared_ptr<const Pattern> CharPattern(bool (*is_match)(char32_t));
// One character.
std::shared_ptr<const Pattern> CharPattern(char32_t c);
// A text in UTF-8. Error: Unsupported if it is empty.
Result<std::shared_ptr<const Pattern>> LiteralPattern(std::string_view literal);

}  // namespace octet::text

#endif  // OCTET_TEXT_PATTERN_H_
