// The normalization in front of WordPiece: the reference's BertNormalizer.
#ifndef OCTET_BERT_TEXT_NORMALIZER_H_
#define OCTET_BERT_TEXT_NORMALIZER_H_

#include <cstdint>
#include <optional>
#include <vector>

namespace octet::bert {

// A code point of the normalized text, and the index of the code point of the input it came from.
struct NormalizedChar {
  char32_t code_point;
  uint32_t origin;
};

struct NormalizerOptions {
  // Delete control characters, turn every white space into a space.
  bool clean_text = true;
  // Put a space on both sides of every Chinese character.
  bool tokenize_chinese_chars = true;
  bool lowercase = true;
  // Decompose (NFD) and delete category Mn. Unset: as `lowercase`.
  std::optional<bool> strip_accents;
};

// Normalizes `text` in place, in this order: clean, Chinese characters, accents, lower case.
// Time is linear but for runs of combining marks, which are sorted: O(n log n) in the run.
void Normalize(const NormalizerOptions& options, std::vector<NormalizedChar>& text);

}  // namespace octet::bert

#endif  // OCTET_BERT_TEXT_NORMALIZER_H_
