// What holds for every encoding, whatever the tokenizer and the text.
#ifndef OCTET_TESTS_FUZZ_ENCODING_CHECK_H_
#define OCTET_TESTS_FUZZ_ENCODING_CHECK_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/status.h"
#include "text/tokenizer.h"

namespace octet::fuzz {

// A text or a pair, and how long its encoding may be.
struct TextToEncode {
  std::string_view a;
  std::optional<std::string_view> b;
  int64_t max_length;
  text::Truncation truncation;
};

// Encodes, and says which promise was broken: lists of one length, at most max_length tokens, ids
// that exist, offsets inside a text. A refusal is ok.
Status CheckEncoding(const text::Tokenizer& tokenizer, const TextToEncode& text);

}  // namespace octet::fuzz

#endif  // OCTET_TESTS_FUZZ_ENCODING_CHECK_H_
