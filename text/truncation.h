// How many tokens of each text are kept.
#ifndef OCTET_TEXT_TRUNCATION_H_
#define OCTET_TEXT_TRUNCATION_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace octet::text {

// Which text loses the tokens that do not fit.
enum class Truncation : uint8_t {
  kLongestFirst,   // the longer text first, then both
  kOnlyFirst,      // the first text alone
  kOnlySecond,     // the second text alone
  kDoNotTruncate,  // neither, however long they are
};

// The side of a text, or of a sequence.
enum class Side : uint8_t { kLeft, kRight };

// "longest_first", "only_first", "only_second" or "do_not_truncate".
inline std::optional<Truncation> ParseTruncation(std::string_view name) {
  if (name == "longest_first") return Truncation::kLongestFirst;
  if (name == "only_first") return Truncation::kOnlyFirst;
  if (name == "only_second") return Truncation::kOnlySecond;
  if (name == "do_not_truncate") return Truncation::kDoNotTruncate;
  return std::nullopt;
}

// The reference's `longest_first`: the longer text is cut first. When both must be cut, each keeps
// half of the budget; if the budget is odd, the longer text (the second, if they are equally long)
// keeps the extra token. (The slow Python tokenizer gives the extra token to the first of two
// equally long texts.)
inline std::pair<size_t, size_t> TruncateLongestFirst(size_t first, size_t second, size_t budget) {
  if (first + second <= budget) return {first, second};
  const size_t shorter = std::min(first, second);
  const size_t shorter_kept = std::min(shorter, budget / 2);
  const size_t longer_kept = budget - shorter_kept;
  return first > second ? std::pair(longer_kept, shorter_kept)
                        : std::pair(shorter_kept, longer_kept);
}

// How many tokens two texts of `first` and `second` tokens keep so that there are at most `budget`;
// nullopt if the only text that may be cut would lose all of its tokens, which the reference
// refuses.
inline std::optional<std::pair<size_t, size_t>> Truncate(Truncation truncation, size_t first,
                                                         size_t second, size_t budget) {
  if (truncation == Truncation::kDoNotTruncate || first + second <= budget) {
    return std::pair(first, second);
  }
  const size_t surplus = first + second - budget;
  switch (truncation) {
    case Truncation::kLongestFirst:
      return TruncateLongestFirst(first, second, budget);
    case Truncation::kOnlyFirst:
      if (first <= surplus) return std::nullopt;
      return std::pair(first - surplus, second);
    case Truncation::kOnlySecond:
      if (second <= surplus) return std::nullopt;
      return std::pair(first, second - surplus);
    case Truncation::kDoNotTruncate:
      break;
  }
  return std::nullopt;
}

}  // namespace octet::text

#endif  // OCTET_TEXT_TRUNCATION_H_
