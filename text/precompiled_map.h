// The character map of SentencePiece's normalizer, as its model files hold it.
#ifndef OCTET_TEXT_PRECOMPILED_MAP_H_
#define OCTET_TEXT_PRECOMPILED_MAP_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace octet::text {

// Replacements of short texts. Immutable, thread-safe.
class PrecompiledMap {
 public:
  // Reads the bytes of a map: the size of a double array (Aoe, 1989) in bytes, its units of 32 bits
  // in little-endian order, and the replacements, each with a NUL behind it. Errors: InvalidModel
  // for a map that is cut, whose replacements are not UTF-8, or that leads out of itself, also
  // where no text would lead.
  static Result<PrecompiledMap> Parse(std::string_view bytes);

  // What the shortest text of the map that `text` starts with is replaced by. As in the reference,
  // a NUL ends `text`.
  std::optional<std::string_view> Find(std::string_view text) const;

  // Whether a text of the map starts with this byte.
  bool HasStart(char byte) const { return has_start_[static_cast<unsigned char>(byte)]; }

 private:
  PrecompiledMap() = default;

  Status CheckUnits() const;
  // The replacement that starts there.
  std::string_view ReplacementAt(uint32_t place) const;

  std::vector<uint32_t> units_;
  std::string replacements_;
  std::array<bool, 256> has_start_ = {};
};

}  // namespace octet::text

#endif  // OCTET_TEXT_PRECOMPILED_MAP_H_
