#include "tests/fuzz/encoding_check.h"

#include <algorithm>
#include <string>

#include "tests/fuzz/target.h"
#include "text/unicode.h"

namespace octet::fuzz {
namespace {

uint32_t CodePoints(std::string_view text) {
  uint32_t count = 0;
  text::ForEachCodePoint(text, [&](char32_t) { ++count; });
  return count;
}

}  // namespace

Status CheckEncoding(const text::Tokenizer& tokenizer, const TextToEncode& text) {
  const auto encoding = tokenizer.Encode(text.a, text.b, text.max_length, text.truncation);
  if (!encoding.ok()) return CheckRefusal(encoding.status());
  const size_t tokens = encoding->ids.size();
  if (encoding->type_ids.size() != tokens || encoding->offsets.size() != tokens) {
    return Internal("lists of different lengths");
  }
  if (static_cast<int64_t>(tokens) > text.max_length) {
    return Internal(std::to_string(tokens) + " tokens of " + std::to_string(text.max_length));
  }
  for (const int32_t id : encoding->ids) {
    if (id < 0 || id >= tokenizer.num_ids()) return Internal("id " + std::to_string(id));
  }
  const uint32_t longest = std::max(CodePoints(text.a), CodePoints(text.b.value_or("")));
  for (const text::TokenOffsets& offsets : encoding->offsets) {
    if (offsets.begin > offsets.end || offsets.end > longest) {
      return Internal("offsets " + std::to_string(offsets.begin) + " to " +
                      std::to_string(offsets.end) + " of " + std::to_string(longest));
    }
  }
  return {};
}

}  // namespace octet::fuzz
