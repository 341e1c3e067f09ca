// Base64 (RFC 4648, section 4), which files use for bytes in text.
#ifndef OCTET_BASE_BASE64_H_
#define OCTET_BASE_BASE64_H_

#include <string>
#include <string_view>

#include "base/status.h"

namespace octet {

// The bytes that `text` stands for. The padding at the end may be missing. Error: CorruptFile for
// other characters, also blanks and line breaks, for a text that ends inside a byte, and for bits
// behind the last byte that are not 0.
Result<std::string> DecodeBase64(std::string_view text);

}  // namespace octet

#endif  // OCTET_BASE_BASE64_H_
