// The steps of normalizers that rewrite a text character by character.
#ifndef OCTET_TEXT_NORMALIZER_STEPS_H_
#define OCTET_TEXT_NORMALIZER_STEPS_H_

#include <memory>
#include <optional>
#include <string_view>

#include "text/normalizer.h"

namespace octet::text {

// Deletes control characters, turns every white space into a space.
std::shared_ptr<const NormalizerStep> CleanText();
// Puts a space on both sides of every Chinese character.
std::shared_ptr<const NormalizerStep> SeparateChinese();
// Lower case, each character by itself.
std::shared_ptr<const NormalizerStep> LowerCase();
// Deletes all combining marks (category M) without decomposing, as StripAccents does.
std::shared_ptr<const NormalizerStep> RemoveMarks();
// Delete white space at the ends.
std::shared_ptr<const NormalizerStep> StripLeft();
std::shared_ptr<const NormalizerStep> StripRight();
// Deletes controls and turns some white space and formats into spaces, as SentencePiece's "nmt".
std::shared_ptr<const NormalizerStep> Nmt();
// Puts `prefix`, UTF-8, in front of a text that is not empty. All of it comes from the text's first
// character.
std::shared_ptr<const NormalizerStep> Prepend(std::string_view prefix);
// One character for each byte of the text's UTF-8 (see byte_level.h).
std::shared_ptr<const NormalizerStep> ByteLevel();

// The reference's BertNormalizer: clean, Chinese characters, accents, lower case.
struct BertNormalizerOptions {
  bool clean_text = true;
  bool tokenize_chinese_chars = true;
  bool lowercase = true;
  std::optional<bool> strip_accents = {};  // unset: as `lowercase`
};
Normalizer BertNormalizer(const BertNormalizerOptions& options = {});

}  // namespace octet::text

#endif  // OCTET_TEXT_NORMALIZER_STEPS_H_
