#include "text/normalizer.h"

#include <algorithm>

#include "text/unicode.h"

namespace octet::text {
namespace {

bool IsAscii(const NormalizedText& text) {
  return std::all_of(text.begin(), text.end(),
                     [](const NormalizedChar& c) { return c.code_point < 0x80; });
}

}  // namespace

Status TextGrowsTooLong() {
  return ResourceLimit("the tokenizer makes the text more than 32 times as long");
}

Status RefuseCharsFromNowhere(std::span<const NormalizedChar> text) {
  if (text.empty() || (text.front().origin & kFromNowhere) == 0) return Status();
  return Unsupported("the tokenizer rewrites what a Replace put in front of the text");
}

Status Normalize(const Normalizer& normalizer, NormalizedText& text) {
  TextInSteps state = {text, IsAscii(text), MaxRewrittenSize(text.size()),
                       text.empty() ? 0 : BeginOf(text.front())};
  for (const auto& step : normalizer) {
    if (!step->TakesCharsFromNowhere()) OCTET_RETURN_IF_ERROR(RefuseCharsFromNowhere(text));
    OCTET_RETURN_IF_ERROR(step->Apply(state));
    if (text.size() > state.max_size) return TextGrowsTooLong();
  }
  return Status();
}

NormalizedText DecodeText(std::string_view text) {
  NormalizedText chars;
  chars.reserve(text.size());
  ForEachCodePoint(text, [&](char32_t c) {
    chars.push_back({c, static_cast<uint32_t>(chars.size())});
  });
  return chars;
}

std::string ToUtf8(std::span<const NormalizedChar> text) {
  std::string utf8;
  for (const NormalizedChar& c : text) {
    char bytes[4];
    utf8.append(bytes, EncodeUtf8(c.code_point, bytes));
  }
  return utf8;
}

}  // namespace octet::text
