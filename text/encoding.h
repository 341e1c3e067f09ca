// The result of tokenizing one text or a pair.
#ifndef OCTET_TEXT_ENCODING_H_
#define OCTET_TEXT_ENCODING_H_

#include <cstdint>
#include <vector>

namespace octet::text {

// The range of code points of a text that a token came from. Malformed UTF-8 counts as the U+FFFDs
// that it decodes to.
struct TokenOffsets {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const TokenOffsets&) const = default;
};

// One sequence, not padded, with the special tokens of its template. All three vectors have one
// element for each token.
struct Encoding {
  std::vector<int32_t> ids;
  std::vector<int32_t> type_ids;      // which text a token belongs to, as the template says
  std::vector<TokenOffsets> offsets;  // [0, 0) for the tokens that the template adds
};

}  // namespace octet::text

#endif  // OCTET_TEXT_ENCODING_H_
