// Loops for the regular expressions that published tokenizers cut texts with. They find what the
// expressions find, faster.
#ifndef OCTET_TEXT_KNOWN_PATTERNS_H_
#define OCTET_TEXT_KNOWN_PATTERNS_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "text/normalizer.h"
#include "text/pattern.h"

namespace octet::text {

// The length of GPT-2's word at the start of a text, which must not be empty: a contraction, or a
// run of letters, of numbers or of other characters, with the space before it, or white space.
size_t Gpt2WordSize(std::span<const NormalizedChar> text);

// The loop for a regular expression; null if there is none.
std::shared_ptr<const Pattern> FindKnownPattern(std::string_view regex);

}  // namespace octet::text

#endif  // OCTET_TEXT_KNOWN_PATTERNS_H_
