// Suggests a known word for a mistyped one.
#ifndef OCTET_TOOLS_CLI_SUGGEST_H_
#define OCTET_TOOLS_CLI_SUGGEST_H_

#include <span>
#include <string>
#include <string_view>

namespace octet::cli {

// The word of `known` with the least Levenshtein distance from `word` (insertions, deletions and
// replacements of characters), and the first of several such words; "" if the distance is at least
// a third of the length of `word`.
std::string NearestWord(std::string_view word, std::span<const std::string> known);

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_SUGGEST_H_
