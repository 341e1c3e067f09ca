#include "text/pre_tokenizer.h"

#include <utility>

#include "text/byte_level.h"

namespace octet::text {

Status PiecesWriter::AppendBytes(std::span<const NormalizedChar> text) {
  AppendByteChars(text, &chars_);
  return chars_.size() > text_.max_size ? TextGrowsTooLong() : Status();
}

void PiecesWriter::Finish() {
  text_.rewritten = std::move(chars_);
  text_.pieces.clear();
  const Pieces::Piece all = text_.rewritten;
  size_t begin = 0;
  for (const size_t end : ends_) {
    text_.pieces.push_back(all.subspan(begin, end - begin));
    begin = end;
  }
}

Result<Pieces> ApplySteps(const PreTokenizer& pre_tokenizer, std::span<const NormalizedChar> text) {
  Pieces pieces = {{text}, {}, MaxRewrittenSize(text.size())};
  for (const auto& step : pre_tokenizer.steps) OCTET_RETURN_IF_ERROR(step->Apply(pieces));
  return pieces;
}

}  // namespace octet::text
