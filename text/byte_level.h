// Byte-level tokenizers (GPT-2, RoBERTa): every byte of a text's UTF-8 is a printable character.
#ifndef OCTET_TEXT_BYTE_LEVEL_H_
#define OCTET_TEXT_BYTE_LEVEL_H_

#include <array>
#include <span>

#include "text/normalizer.h"

namespace octet::text {

namespace internal {

// Printable Latin-1 characters stand for themselves, the others for U+0100, U+0101 and so on.
constexpr std::array<char32_t, 256> ByteChars() {
  std::array<char32_t, 256> chars = {};
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool is_printable =
        (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xFF && byte != 0xAD);
    chars[byte] = is_printable ? byte : next++;
  }
  return chars;
}

}  // namespace internal

// The character that stands for a byte.
inline constexpr std::array<char32_t, 256> kByteChars = internal::ByteChars();

// Appends the characters of all bytes of `text`. Those of one character share its origin.
void AppendByteChars(std::span<const NormalizedChar> text, NormalizedText* out);

}  // namespace octet::text

#endif  // OCTET_TEXT_BYTE_LEVEL_H_
