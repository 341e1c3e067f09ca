// The pre-tokenizer ByteLevel.
#ifndef OCTET_TEXT_BYTE_LEVEL_WORDS_H_
#define OCTET_TEXT_BYTE_LEVEL_WORDS_H_

#include <memory>

#include "text/pre_tokenizer.h"

namespace octet::text {

struct ByteLevelOptions {
  bool add_prefix_space = true;  // to a piece that does not start with one
  bool use_regex = true;         // cut into words as GPT-2 does (known_patterns.h)
};

// Cuts the pieces, then rewrites them as kByteChars says. The space in front of a piece comes from
// the piece's first character.
std::shared_ptr<const PreTokenizerStep> ByteLevelWords(const ByteLevelOptions& options);

}  // namespace octet::text

#endif  // OCTET_TEXT_BYTE_LEVEL_WORDS_H_
