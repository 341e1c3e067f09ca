#include "base/base64.h"

#include <cstdint>
#include <optional>

namespace octet {
namespace {

std::optional<uint32_t> ValueOf(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

}  // namespace

Result<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 == 0 && !text.empty()) {
    text.remove_suffix(text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0);
  }
  if (text.size() % 4 == 1) return CorruptFile("base64 that ends inside a byte");
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  uint32_t num_bits = 0;
  for (const char c : text) {
    const std::optional<uint32_t> value = ValueOf(c);
    if (!value) return CorruptFile("base64 with another character");
    bits = bits << 6 | *value;
    num_bits += 6;
    if (num_bits < 8) continue;
    num_bits -= 8;
    bytes += static_cast<char>(bits >> num_bits);
    bits &= (1u << num_bits) - 1;
  }
  if (bits != 0) return CorruptFile("base64 with bits behind the last byte");
  return bytes;
}

}  // namespace octet
