#include "text/byte_tokens.h"

#include <fmt/format.h>

namespace octet::text {

ByteTokens::ByteTokens(const Vocabulary& vocabulary) {
  for (size_t byte = 0; byte < ids_.size(); ++byte) {
    ids_[byte] = vocabulary.Find(fmt::format("<0x{:02X}>", byte)).value_or(Token::kUnknown);
  }
}

}  // namespace octet::text
