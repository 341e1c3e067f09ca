#include "text/precompiled_step.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "text/grapheme.h"
#include "text/unicode.h"

namespace octet::text {
namespace {

// The reference replaces clusters below this number of bytes as a whole.
constexpr size_t kMinLongCluster = 6;

// A character of the new text, and how many of the old one it takes the place of. With 0 it comes
// from the same as the character before it.
struct NewChar {
  char32_t code_point;
  uint32_t taken;
};

class PrecompiledStep : public NormalizerStep {
 public:
  explicit PrecompiledStep(PrecompiledMap map) : map_(std::move(map)) {}

  Status Apply(TextInSteps& text) const override {
    if (text.is_ascii && !HasStarts(text.chars)) return Status();
    std::vector<NewChar> out;
    out.reserve(text.chars.size());
    const std::span<const NormalizedChar> chars = text.chars;
    GraphemeBreaks breaks;
    for (size_t begin = 0; begin < chars.size();) {
      size_t end = begin + 1;
      while (end < chars.size() &&
             !breaks.EndsBetween(chars[end - 1].code_point, chars[end].code_point)) {
        ++end;
      }
      ReplaceCluster(chars.subspan(begin, end - begin), text.max_size, &out);
      if (out.size() > text.max_size) return TextGrowsTooLong();
      begin = end;
    }
    text.is_ascii = false;
    text.chars = WithOrigins(out, chars);
    return Status();
  }

 private:
  bool HasStarts(std::span<const NormalizedChar> ascii) const {
    return std::ranges::any_of(ascii, [&](const NormalizedChar& c) {
      return map_.HasStart(static_cast<char>(c.code_point));
    });
  }

  void ReplaceCluster(std::span<const NormalizedChar> cluster, size_t max_size,
                      std::vector<NewChar>* out) const {
    if (Replace(cluster, max_size, out)) return;
    for (const NormalizedChar& c : cluster) {
      if (cluster.size() > 1 && Replace({&c, 1}, max_size, out)) continue;
      out->push_back({c.code_point, 1});
    }
  }

  // Appends what stands for `part`. False if it is not in the map or too long.
  bool Replace(std::span<const NormalizedChar> part, size_t max_size,
               std::vector<NewChar>* out) const {
    char utf8[kMinLongCluster + 4];
    size_t bytes = 0;
    for (const NormalizedChar& c : part) {
      bytes += EncodeUtf8(c.code_point, utf8 + bytes);
      if (bytes >= kMinLongCluster) return false;
    }
    if (!map_.HasStart(utf8[0])) return false;
    const std::optional<std::string_view> replacement = map_.Find({utf8, bytes});
    if (!replacement) return false;
    Append(*replacement, part.size(), max_size, out);
    return true;
  }

  // Puts `replacement` in the place of `count` characters.
  static void Append(std::string_view replacement, size_t count, size_t max_size,
                     std::vector<NewChar>* out) {
    const size_t before = out->size();
    for (size_t at = 0; at < replacement.size() && out->size() <= max_size;) {
      const DecodedChar decoded = DecodeUtf8(replacement, at);
      out->push_back({decoded.code_point, out->size() - before < count ? 1u : 0u});
      at += decoded.bytes;
    }
    // The last character also takes the place of those that got none. If the text starts with
    // characters that are deleted, those behind them have the origins of these, as in the
    // reference.
    const size_t size = out->size() - before;
    if (size < count && !out->empty()) out->back().taken += static_cast<uint32_t>(count - size);
  }

  static NormalizedText WithOrigins(const std::vector<NewChar>& chars,
                                    std::span<const NormalizedChar> old) {
    NormalizedText out;
    out.reserve(chars.size());
    size_t next = 0;  // of the old text
    for (const NewChar& c : chars) {
      out.push_back({c.code_point, old[c.taken > 0 ? next : next - 1].origin});
      next += c.taken;
    }
    return out;
  }

  PrecompiledMap map_;
};

}  // namespace

std::shared_ptr<const NormalizerStep> Precompiled(PrecompiledMap map) {
  return std::make_shared<PrecompiledStep>(std::move(map));
}

}  // namespace octet::text
