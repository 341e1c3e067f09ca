// The normalization in front of a tokenizer's model: steps that rewrite a text and keep where each
// character came from.
#ifndef OCTET_TEXT_NORMALIZER_H_
#define OCTET_TEXT_NORMALIZER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/encoding.h"

namespace octet::text {

// A code point of the normalized text, and the index of the code point of the input it came from.
struct NormalizedChar {
  char32_t code_point;
  uint32_t origin;  // with kFromNowhere, the index of the code point that it stands in front of
};
using NormalizedText = std::vector<NormalizedChar>;

// Marks the origin of a character that a normalizer inserted in front of a text.
constexpr uint32_t kFromNowhere = uint32_t{1} << 31;

// The input's code points [BeginOf, EndOf) that a character came from: one, or none.
inline uint32_t BeginOf(const NormalizedChar& c) { return c.origin & ~kFromNowhere; }
inline uint32_t EndOf(const NormalizedChar& c) { return BeginOf(c) + 1 - (c.origin >> 31); }

// The same for a range of characters, which is not empty.
inline TokenOffsets OffsetsOf(std::span<const NormalizedChar> chars) {
  return {BeginOf(chars.front()), EndOf(chars.back())};
}

// A text on its way through the steps of a normalizer.
struct TextInSteps {
  NormalizedText& chars;
  bool is_ascii;    // every character is ASCII; false says nothing
  size_t max_size;  // no step may make more characters than that
  uint32_t begin;   // where the text began in the input, before any step
};

// The error of a step that would make more than max_size characters.
Status TextGrowsTooLong();

// One step. Immutable, thread-safe. Takes linear time, but O(n log n) for a run of n combining
// marks, which it may have to sort.
class NormalizerStep {
 public:
  virtual ~NormalizerStep() = default;
  // Rewrites text.chars. A step that may add characters that are not ASCII clears text.is_ascii.
  // Errors: ResourceLimit if the text grows too long or a pattern takes too many steps.
  virtual Status Apply(TextInSteps& text) const = 0;
  // Whether the step does what the reference does if the text starts with characters from nowhere.
  // Most steps of the reference then leave some out or write others twice.
  virtual bool TakesCharsFromNowhere() const { return false; }
};

// Error: Unsupported for a text that starts with a character from nowhere.
Status RefuseCharsFromNowhere(std::span<const NormalizedChar> text);

using Normalizer = std::vector<std::shared_ptr<const NormalizerStep>>;  // in their order

// Normalizes `text` in place. Errors: those of the steps; Unsupported if one of them is not made
// for the characters that an earlier one put in front of the text.
Status Normalize(const Normalizer& normalizer, NormalizedText& text);

// The length that texts of `size` characters may reach while they are rewritten. The longest
// decomposition of one character has 18.
constexpr size_t MaxRewrittenSize(size_t size) { return 4096 + 32 * size; }

// The code points of UTF-8 text, not normalized. Malformed parts are U+FFFD (see DecodeUtf8).
NormalizedText DecodeText(std::string_view text);
// A normalized text as UTF-8.
std::string ToUtf8(std::span<const NormalizedChar> text);

}  // namespace octet::text

#endif  // OCTET_TEXT_NORMALIZER_H_
