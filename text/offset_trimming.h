// Post-processors that leave out white space at the ends of a token from its offsets.
#ifndef OCTET_TEXT_OFFSET_TRIMMING_H_
#define OCTET_TEXT_OFFSET_TRIMMING_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/encoding.h"
#include "text/normalizer.h"
#include "text/post_processor.h"
#include "text/vocab.h"

namespace octet::text {

// The white space at the ends of a token: white space, and byte-level tokenizers' sign for a space.
struct EndSpaces {
  uint32_t leading = 0;
  uint32_t trailing = 0;
};

// Counts the white space at the ends of ranges of one text. The ranges may overlap in white space,
// which is not counted again for each of them.
class EndSpacesOfText {
 public:
  EndSpacesOfText() = default;
  explicit EndSpacesOfText(std::span<const NormalizedChar> text);

  EndSpaces Of(size_t begin, size_t end) const;

 private:
  std::vector<uint32_t> ending_;    // at each place, how much white space ends there
  std::vector<uint32_t> starting_;  // and starts there
};

// The white space of every token of a vocabulary, by id.
std::vector<EndSpaces> EndSpacesOfTokens(const Vocabulary& vocabulary);

// Shortens the offsets of a token as RobertaProcessing and ByteLevel do. `is_first`: no token is
// before it.
void TrimOffsets(const OffsetTrimming& trimming, EndSpaces spaces, bool is_first,
                 TokenOffsets* offsets);

}  // namespace octet::text

#endif  // OCTET_TEXT_OFFSET_TRIMMING_H_
