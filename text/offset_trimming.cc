#include "text/offset_trimming.h"

#include <algorithm>

#include "text/byte_level.h"
#include "text/unicode.h"

namespace octet::text {
namespace {

bool IsSpace(const NormalizedChar& c) {
  return c.code_point == kByteChars[' '] || IsWhitespace(c.code_point);
}

}  // namespace

EndSpacesOfText::EndSpacesOfText(std::span<const NormalizedChar> text)
    : ending_(text.size() + 1), starting_(text.size() + 1) {
  for (size_t i = 0; i < text.size(); ++i) ending_[i + 1] = IsSpace(text[i]) ? ending_[i] + 1 : 0;
  for (size_t i = text.size(); i > 0; --i) {
    starting_[i - 1] = IsSpace(text[i - 1]) ? starting_[i] + 1 : 0;
  }
}

EndSpaces EndSpacesOfText::Of(size_t begin, size_t end) const {
  const auto size = static_cast<uint32_t>(end - begin);
  return {std::min(starting_[begin], size), std::min(ending_[end], size)};
}

std::vector<EndSpaces> EndSpacesOfTokens(const Vocabulary& vocabulary) {
  std::vector<EndSpaces> spaces(static_cast<size_t>(vocabulary.size()));
  for (int32_t id = 0; id < vocabulary.size(); ++id) {
    const NormalizedText token = DecodeText(vocabulary.Token(id));
    spaces[static_cast<size_t>(id)] = EndSpacesOfText(token).Of(0, token.size());
  }
  return spaces;
}

void TrimOffsets(const OffsetTrimming& trimming, EndSpaces spaces, bool is_first,
                 TokenOffsets* offsets) {
  // The reference takes a single space at the start for the one that it adds itself, and keeps it.
  const bool is_prefix =
      trimming.add_prefix_space && spaces.leading == 1 && (is_first || offsets->begin == 0);
  if (!is_prefix) offsets->begin = std::min(offsets->begin + spaces.leading, offsets->end);
  if (offsets->end >= spaces.trailing) {
    offsets->end = std::max(offsets->end - spaces.trailing, offsets->begin);
  }
}

}  // namespace octet::text
