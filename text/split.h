// Pre-tokenizers that cut a text and do not change it.
#ifndef OCTET_TEXT_SPLIT_H_
#define OCTET_TEXT_SPLIT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "text/pattern.h"
#include "text/pre_tokenizer.h"

namespace octet::text {

// What becomes of a match, the delimiter.
enum class SplitBehavior : uint8_t {
  kRemoved,             // it is dropped
  kIsolated,            // it is a piece
  kMergedWithPrevious,  // it ends the piece before it
  kMergedWithNext,      // it starts the piece behind it
  kContiguous,          // it is a piece together with the matches that touch it
};

// "Removed" and so on, as tokenizer.json writes them.
std::optional<SplitBehavior> ParseSplitBehavior(std::string_view name);

// Cuts at the matches of a pattern. With `invert`, what lies between matches is the delimiter.
std::shared_ptr<const PreTokenizerStep> Split(std::shared_ptr<const Pattern> pattern,
                                              SplitBehavior behavior, bool invert = false);

// Cuts into pieces of `length` characters, at least 1; the last one may be shorter.
std::shared_ptr<const PreTokenizerStep> SplitByLength(size_t length);

// Cuts by rules.
std::shared_ptr<const PreTokenizerStep> SplitByRules(const WordRules& rules);

}  // namespace octet::text

#endif  // OCTET_TEXT_SPLIT_H_
