// Runs normalizers on texts.
#ifndef OCTET_TESTS_TEXT_NORMALIZED_H_
#define OCTET_TESTS_TEXT_NORMALIZED_H_

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/normalizer.h"

namespace octet::text {

using Origins = std::vector<uint32_t>;

struct Normalized {
  std::u32string text;
  Origins origins;
};

// The text after all steps, and where each of its characters comes from.
inline Normalized Run(const Normalizer& normalizer, std::u32string_view text) {
  NormalizedText chars;
  for (const char32_t c : text) chars.push_back({c, static_cast<uint32_t>(chars.size())});
  REQUIRE(Normalize(normalizer, chars).ok());
  Normalized result;
  for (const NormalizedChar& c : chars) {
    result.text += c.code_point;
    result.origins.push_back(c.origin);
  }
  return result;
}

}  // namespace octet::text

#endif  // OCTET_TESTS_TEXT_NORMALIZED_H_
