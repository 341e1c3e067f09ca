// The normalization in front of a tokenizer's model: steps that rewrite a text and keep where each
// character came from.
#ifndef OCTET_TEXT_NORMALIZER_H_
#define OCTET_TEXT_NORMALIZER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace octet::text {

// A code point of the normalized text, and the index of the code point of the input it came from.
struct NormalizedChar {
  char32_t code_point;
  uint32_t origin;
};
using NormalizedText = std::vector<NormalizedChar>;

// One step of the reference's normalizers. Immutable, thread-safe; compared by address. Takes
// linear time, and O(n log n) for a run of n combining marks, which is sorted.
struct NormalizerStep {
  void (*apply)(NormalizedText& text);
  void (*apply_to_ascii)(NormalizedText& text);  // null: ASCII stays as it is
};

// Deletes control characters, turns every white space into a space.
extern const NormalizerStep kCleanText;
// Puts a space on both sides of every Chinese character.
extern const NormalizerStep kSeparateChinese;
// Decomposes (NFD) and deletes category Mn, as BertNormalizer does.
extern const NormalizerStep kStripAccents;
// Lower case, each character by itself.
extern const NormalizerStep kLowerCase;
// Canonical decomposition.
extern const NormalizerStep kDecompose;
// Deletes all combining marks (category M) without decomposing, as StripAccents does.
extern const NormalizerStep kRemoveMarks;
// Delete white space at the ends.
extern const NormalizerStep kStripLeft;
extern const NormalizerStep kStripRight;

using Normalizer = std::vector<const NormalizerStep*>;  // in their order

// The reference's BertNormalizer: clean, Chinese characters, accents, lower case.
struct BertNormalizerOptions {
  bool clean_text = true;
  bool tokenize_chinese_chars = true;
  bool lowercase = true;
  std::optional<bool> strip_accents = {};  // unset: as `lowercase`
};
Normalizer BertNormalizer(const BertNormalizerOptions& options = {});

// Normalizes `text` in place.
void Normalize(const Normalizer& normalizer, NormalizedText& text);

// The code points of UTF-8 text, not normalized. Malformed parts are U+FFFD (see DecodeUtf8).
NormalizedText DecodeText(std::string_view text);
// A normalized text as UTF-8.
std::string ToUtf8(std::span<const NormalizedChar> text);

}  // namespace octet::text

#endif  // OCTET_TEXT_NORMALIZER_H_
