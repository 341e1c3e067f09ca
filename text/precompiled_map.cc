#include "text/precompiled_map.h"

#include <cstddef>
#include <utility>

#include "text/unicode.h"

namespace octet::text {
namespace {

// A unit stands for the byte that leads to it, or for the value of the text that ends before it.
bool IsValue(uint32_t unit) { return unit >> 31 != 0; }
uint32_t ValueOf(uint32_t unit) { return unit & 0x7FFFFFFF; }
// Of a unit that is not a value:
bool LeadsFrom(uint32_t unit, unsigned char byte) { return (unit & 0x800000FF) == byte; }
bool HasValue(uint32_t unit) { return (unit >> 8 & 1) != 0; }
// The units behind the unit at `place` are those at this number, XORed with a byte; with 0 it is
// the value.
uint32_t ChildrenOf(uint32_t place, uint32_t unit) {
  return place ^ ((unit >> 10) << ((unit & 0x200) >> 6));
}

uint32_t ReadUint32(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value |= uint32_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
  }
  return value;
}

}  // namespace

Result<PrecompiledMap> PrecompiledMap::Parse(std::string_view bytes) {
  const auto is_cut = [] { return InvalidModel("the character map is cut"); };
  if (bytes.size() < 4) return is_cut();
  const size_t count = ReadUint32(bytes) / 4;
  bytes.remove_prefix(4);
  if (count == 0 || count > bytes.size() / 4) return is_cut();
  PrecompiledMap map;
  map.units_.reserve(count);
  for (size_t i = 0; i < count; ++i) map.units_.push_back(ReadUint32(bytes.substr(4 * i)));
  map.replacements_ = bytes.substr(4 * count);
  if (!IsValidUtf8(map.replacements_)) {
    return InvalidModel("the replacements of the character map are not UTF-8");
  }
  OCTET_RETURN_IF_ERROR(map.CheckUnits());
  const uint32_t children = ChildrenOf(0, map.units_[0]);
  for (uint32_t byte = 1; byte < 256; ++byte) {
    map.has_start_[byte] = LeadsFrom(map.units_[children ^ byte], static_cast<unsigned char>(byte));
  }
  return map;
}

// Checks every unit, so that Find need not check any.
Status PrecompiledMap::CheckUnits() const {
  for (uint32_t place = 0; place < units_.size(); ++place) {
    const uint32_t unit = units_[place];
    if (IsValue(unit) && place != 0) continue;
    const uint32_t children = ChildrenOf(place, unit);
    if ((children | 0xFF) >= units_.size()) {
      return InvalidModel("the character map leads out of itself");
    }
    if (!HasValue(unit)) continue;
    const uint32_t value = ValueOf(units_[children]);
    const bool in_range = value <= replacements_.size();
    const bool inside_character =
        value < replacements_.size() && (replacements_[value] & 0xC0) == 0x80;
    if (!in_range || inside_character) {
      return InvalidModel("the character map leads out of its replacements");
    }
  }
  return Status();
}

std::string_view PrecompiledMap::ReplacementAt(uint32_t place) const {
  const std::string_view rest = std::string_view(replacements_).substr(place);
  return rest.substr(0, rest.find('\0'));
}

std::optional<std::string_view> PrecompiledMap::Find(std::string_view text) const {
  uint32_t children = ChildrenOf(0, units_[0]);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) break;
    const uint32_t place = children ^ byte;
    const uint32_t unit = units_[place];
    if (!LeadsFrom(unit, byte)) break;
    children = ChildrenOf(place, unit);
    if (HasValue(unit)) return ReplacementAt(ValueOf(units_[children]));
  }
  return std::nullopt;
}

}  // namespace octet::text
