// Where the grapheme clusters of a text end: what a reader takes for one character (Unicode
// Standard Annex 29, extended clusters), in the reference's Unicode version. A run of regional
// indicators, two of which are a flag, counts as one cluster.
#ifndef OCTET_TEXT_GRAPHEME_H_
#define OCTET_TEXT_GRAPHEME_H_

#include <cstdint>

namespace octet::text {

// Goes through one text.
class GraphemeBreaks {
 public:
  // Whether a cluster ends between two neighbours. `before` is the text's first character or the
  // last call's `behind`.
  bool EndsBetween(char32_t before, char32_t behind);

 private:
  // What the characters up to `before` are: a consonant with marks behind it, the same with a
  // linker among them, a pictograph with marks, the same with a joiner at the end, or none of them.
  enum class Before : uint8_t { kOther, kConsonant, kLinked, kPictograph, kJoined };

  Before before_ = Before::kOther;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_GRAPHEME_H_
