#include "text/unicode_scripts.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "text/unicode_scripts_table.h"

namespace octet::text {
namespace {

constexpr uint32_t kAnyScript = 0;

uint32_t ScriptOf(char32_t c) {
  const auto* after = std::ranges::upper_bound(kScriptRanges, c << 8 | 0xFF);
  return *(after - 1) & 0xFF;
}

class ScriptStep : public PreTokenizerStep {
 public:
  Status Apply(Pieces& text) const override {
    std::vector<Pieces::Piece> pieces;
    for (const Pieces::Piece piece : text.pieces) {
      std::optional<size_t> begin;
      uint32_t last = kAnyScript;
      for (size_t i = 0; i < piece.size(); ++i) {
        const uint32_t script = ScriptOf(piece[i].code_point);
        if (script == kAnyScript || script == last) continue;
        if (begin) pieces.push_back(piece.subspan(*begin, i - *begin));
        begin = i;
        last = script;
      }
      if (begin) pieces.push_back(piece.subspan(*begin));
    }
    text.pieces = std::move(pieces);
    return Status();
  }
};

}  // namespace

std::shared_ptr<const PreTokenizerStep> SplitByScript() { return std::make_shared<ScriptStep>(); }

}  // namespace octet::text
