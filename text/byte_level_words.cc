#include "text/byte_level_words.h"

#include <utility>
#include <vector>

#include "text/byte_level.h"
#include "text/known_patterns.h"

namespace octet::text {
namespace {

class ByteLevelStep : public PreTokenizerStep {
 public:
  explicit ByteLevelStep(const ByteLevelOptions& options) : options_(options) {}

  Status Apply(Pieces& text) const override {
    PiecesWriter out(&text);
    NormalizedText prefixed;
    for (Pieces::Piece piece : text.pieces) {
      OCTET_RETURN_IF_ERROR(RefuseCharsFromNowhere(piece));
      if (options_.add_prefix_space && piece.front().code_point != ' ') {
        prefixed.clear();
        prefixed.push_back({' ', piece.front().origin});
        prefixed.insert(prefixed.end(), piece.begin(), piece.end());
        piece = prefixed;
      }
      while (!piece.empty()) {
        const size_t size = options_.use_regex ? Gpt2WordSize(piece) : piece.size();
        OCTET_RETURN_IF_ERROR(out.AppendBytes(piece.first(size)));
        out.EndPiece();
        piece = piece.subspan(size);
      }
    }
    out.Finish();
    return Status();
  }

 private:
  ByteLevelOptions options_;
};

}  // namespace

std::shared_ptr<const PreTokenizerStep> ByteLevelWords(const ByteLevelOptions& options) {
  return std::make_shared<ByteLevelStep>(options);
}

}  // namespace octet::text
