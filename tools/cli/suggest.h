// The option that a mistyped one was probably meant to be.
#ifndef OCTET_TOOLS_CLI_SUGGEST_H_
#define OCTET_TOOLS_CLI_SUGGEST_H_

#include <span>
#include <string>
#include <string_view>

namespace octet::cli {

// The word of `known` that is the fewest insertions, deletions and replacements of a character away
// from `word` (Levenshtein distance), the first of equals; "" if a third of `word` or more would
// have to change.
std::string NearestWord(std::string_view word, std::span<const std::string> known);

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_SUGGEST_H_
