// How many tokens of each field fit.
#ifndef OCTET_BERT_TEXT_TRUNCATION_H_
#define OCTET_BERT_TEXT_TRUNCATION_H_

#include <algorithm>
#include <cstddef>
#include <utility>

namespace octet::bert {

// The reference's `longest_first`: what is over the budget comes off the longer field first; when
// both must be cut each keeps half, and of an odd budget the longer field (the second, if they
// are equally long) keeps the extra token. (The slow Python tokenizer gives the extra token to the
// first field on equal lengths.)
inline std::pair<size_t, size_t> TruncateLongestFirst(size_t first, size_t second, size_t budget) {
  if (first + second <= budget) return {first, second};
  const size_t shorter = std::min(first, second);
  const size_t shorter_kept = std::min(shorter, budget / 2);
  const size_t longer_kept = budget - shorter_kept;
  return first > second ? std::pair(longer_kept, shorter_kept)
                        : std::pair(shorter_kept, longer_kept);
}

}  // namespace octet::bert

#endif  // OCTET_BERT_TEXT_TRUNCATION_H_
