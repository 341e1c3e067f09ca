// Cutting a normalized text into words, which a model then tokenizes one by one.
#ifndef OCTET_TEXT_PRE_TOKENIZER_H_
#define OCTET_TEXT_PRE_TOKENIZER_H_

#include <span>

#include "text/normalizer.h"
#include "text/unicode.h"

namespace octet::text {

// Which characters separate words. The defaults are those of BertPreTokenizer. A sequence of
// pre-tokenizers has the rules of all of them; their order makes no difference.
struct PreTokenizer {
  bool split_whitespace = true;     // white space ends a word and is not part of any
  bool isolate_punctuation = true;  // each punctuation character is a word
  bool split_word_classes = false;  // a word has only word characters (IsWord), or none
};

// Calls f(word) for every word of `text`, in order; a word is a span of it, never empty.
template <typename F>
void ForEachWord(const PreTokenizer& rules, std::span<const NormalizedChar> text, F&& f) {
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

}  // namespace octet::text

#endif  // OCTET_TEXT_PRE_TOKENIZER_H_
