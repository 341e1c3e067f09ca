#include "text/metaspace.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace octet::text {
namespace {

struct SchemeName {
  std::string_view name;
  PrependScheme scheme;
};
constexpr SchemeName kSchemes[] = {
    {"always", PrependScheme::kAlways},
    {"first", PrependScheme::kFirst},
    {"never", PrependScheme::kNever},
};

class MetaspaceStep : public PreTokenizerStep {
 public:
  explicit MetaspaceStep(const MetaspaceOptions& options) : options_(options) {}

  Status Apply(Pieces& text) const override {
    PiecesWriter out(&text);
    for (const Pieces::Piece piece : text.pieces) {
      if (IsPrepended(piece)) {
        OCTET_RETURN_IF_ERROR(out.Append({options_.replacement, piece.front().origin}));
      }
      for (const NormalizedChar& c : piece) {
        const char32_t code_point = c.code_point == ' ' ? options_.replacement : c.code_point;
        if (options_.split && code_point == options_.replacement) out.EndPiece();
        OCTET_RETURN_IF_ERROR(out.Append({code_point, c.origin}));
      }
      out.EndPiece();
    }
    out.Finish();
    return Status();
  }

 private:
  bool IsPrepended(Pieces::Piece piece) const {
    const char32_t first = piece.front().code_point;
    if (first == ' ' || first == options_.replacement) return false;
    return options_.prepend == PrependScheme::kAlways ||
           (options_.prepend == PrependScheme::kFirst && BeginOf(piece.front()) == 0);
  }

  MetaspaceOptions options_;
};

}  // namespace

std::optional<PrependScheme> ParsePrependScheme(std::string_view name) {
  const auto* found = std::ranges::find(kSchemes, name, &SchemeName::name);
  if (found == std::end(kSchemes)) return std::nullopt;
  return found->scheme;
}

std::shared_ptr<const PreTokenizerStep> Metaspace(const MetaspaceOptions& options) {
  return std::make_shared<MetaspaceStep>(options);
}

}  // namespace octet::text
