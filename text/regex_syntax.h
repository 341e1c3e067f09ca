// The regular expressions of tokenizer.json, which are Oniguruma's, as PCRE2 writes them.
#ifndef OCTET_TEXT_REGEX_SYNTAX_H_
#define OCTET_TEXT_REGEX_SYNTAX_H_

#include <string>
#include <string_view>

#include "base/status.h"

namespace octet::text {

// Far above any published pattern. Counts the characters that PCRE2 makes of counted repeats.
constexpr size_t kMaxRegexSize = 1 << 14;

// Translates a pattern that both find the same matches for: alternatives, groups, lookarounds,
// greedy, lazy and possessive repeats, classes, categories and some scripts. A callout stands where
// matching can go on in several ways (regex.cc counts them). The translation finds the same in a
// text of OlderAlike characters. Errors: Unsupported, naming the part of the pattern, for any other
// pattern; ResourceLimit above kMaxRegexSize.
Result<std::u32string> TranslateRegex(std::string_view pattern);

}  // namespace octet::text

#endif  // OCTET_TEXT_REGEX_SYNTAX_H_
