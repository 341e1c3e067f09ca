#include "text/pre_tokenizer.h"

#include <utility>

namespace octet::text {

Result<Pieces> ApplySteps(const PreTokenizer& pre_tokenizer, std::span<const NormalizedChar> text) {
  Pieces pieces = {{text}, {}, MaxRewrittenSize(text.size())};
  for (const auto& step : pre_tokenizer.steps) OCTET_RETURN_IF_ERROR(step->Apply(pieces));
  return pieces;
}

}  // namespace octet::text
