// The tokens that stand for single bytes of unknown characters.
#ifndef OCTET_TEXT_BYTE_TOKENS_H_
#define OCTET_TEXT_BYTE_TOKENS_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "text/model.h"
#include "text/vocab.h"

namespace octet::text {

// <0x00> to <0xFF>. Immutable, thread-safe.
class ByteTokens {
 public:
  explicit ByteTokens(const Vocabulary& vocabulary);

  // The token of a byte; Token::kUnknown if the vocabulary does not have it.
  int32_t Find(char byte) const { return ids_[static_cast<unsigned char>(byte)]; }

  bool HasAll(std::string_view bytes) const {
    return std::ranges::all_of(bytes, [&](char byte) { return Find(byte) != Token::kUnknown; });
  }

 private:
  std::array<int32_t, 256> ids_;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_BYTE_TOKENS_H_
