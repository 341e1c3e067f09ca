#include "text/byte_level.h"

#include "text/unicode.h"

namespace octet::text {

void AppendByteChars(std::span<const NormalizedChar> text, NormalizedText* out) {
  for (const NormalizedChar& c : text) {
    if (c.code_point < 0x80) {
      out->push_back({kByteChars[c.code_point], c.origin});
      continue;
    }
    char utf8[4];
    const size_t size = EncodeUtf8(c.code_point, utf8);
    for (size_t i = 0; i < size; ++i) {
      out->push_back({kByteChars[static_cast<unsigned char>(utf8[i])], c.origin});
    }
  }
}

}  // namespace octet::text
