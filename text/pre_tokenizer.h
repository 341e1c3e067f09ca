// Cutting a normalized text into words, which a model then tokenizes one by one.
#ifndef OCTET_TEXT_PRE_TOKENIZER_H_
#define OCTET_TEXT_PRE_TOKENIZER_H_

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "text/normalizer.h"
#include "text/unicode.h"

namespace octet::text {

// Which characters separate words. The defaults are those of BertPreTokenizer. A sequence of such
// pre-tokenizers has the rules of all of them; their order makes no difference.
struct WordRules {
  bool split_whitespace = true;     // white space ends a word and is not part of any
  bool isolate_punctuation = true;  // each punctuation character is a word
  bool split_word_classes = false;  // a word has only word characters (IsWord), or none

  bool operator==(const WordRules&) const = default;
};
constexpr WordRules kWholeText = {.split_whitespace = false, .isolate_punctuation = false};

// Calls f(word) for every word of `text`, in order; a word is a span of it, never empty.
template <typename F>
void ForEachWord(const WordRules& rules, std::span<const NormalizedChar> text, F&& f) {
  size_t begin = 0;
  const auto end_word = [&](size_t end, size_t next) {
    if (begin < end) f(text.subspan(begin, end - begin));
    begin = next;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i].code_point;
    if (rules.split_whitespace && IsWhitespace(c)) {
      end_word(i, i + 1);
    } else if (rules.isolate_punctuation && IsPunctuation(c)) {
      end_word(i, i);
      end_word(i + 1, i + 1);
    } else if (rules.split_word_classes && i > begin &&
               IsWord(c) != IsWord(text[begin].code_point)) {
      end_word(i, i);
    }
  }
  end_word(text.size(), text.size());
}

// A text that is being cut: pieces, none of them empty, in the order of the text.
struct Pieces {
  using Piece = std::span<const NormalizedChar>;
  std::vector<Piece> pieces;
  NormalizedText rewritten;  // holds the characters of the pieces once a step has rewritten them
  size_t max_size;           // no step may make more characters than that
};

// Writes the new characters of a text whose pieces a step rewrites.
class PiecesWriter {
 public:
  explicit PiecesWriter(Pieces* text) : text_(*text) {}

  // Error: ResourceLimit if the text grows too long.
  Status Append(NormalizedChar c) {
    if (chars_.size() == text_.max_size) return TextGrowsTooLong();
    chars_.push_back(c);
    return Status();
  }
  // Appends the characters of all bytes of `text` (byte_level.h). The same error.
  Status AppendBytes(std::span<const NormalizedChar> text);
  // Ends a piece, unless it would be empty.
  void EndPiece() {
    if (chars_.size() > (ends_.empty() ? 0 : ends_.back())) ends_.push_back(chars_.size());
  }
  // Puts the new pieces in the place of the old ones.
  void Finish();

 private:
  Pieces& text_;
  NormalizedText chars_;
  std::vector<size_t> ends_;
};

// A step that cuts every piece of a text further, or rewrites it. Immutable, thread-safe. Takes
// linear time.
class PreTokenizerStep {
 public:
  virtual ~PreTokenizerStep() = default;
  // Errors: ResourceLimit if the text grows too long or a pattern takes too many steps; that of
  // RefuseCharsFromNowhere.
  virtual Status Apply(Pieces& text) const = 0;
};

// The steps in their order, then the rules. Steps that are rules only are faster without steps.
struct PreTokenizer {
  std::vector<std::shared_ptr<const PreTokenizerStep>> steps;
  WordRules rules;
};

// The pieces of a text after the steps. They may refer to `text`. Errors: those of the steps.
Result<Pieces> ApplySteps(const PreTokenizer& pre_tokenizer, std::span<const NormalizedChar> text);

}  // namespace octet::text

#endif  // OCTET_TEXT_PRE_TOKENIZER_H_
