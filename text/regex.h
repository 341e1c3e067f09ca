// Regular expressions, by PCRE2.
#ifndef OCTET_TEXT_REGEX_H_
#define OCTET_TEXT_REGEX_H_

#include <memory>
#include <string_view>

#include "base/status.h"
#include "text/pattern.h"

namespace octet::text {

// A regular expression in the syntax of the reference, which is Oniguruma's. Errors: Unsupported,
// with the part of the pattern, for what PCRE2 does not do in the same way (regex_syntax.h);
// ResourceLimit for a pattern that is too long.
Result<std::shared_ptr<const Pattern>> RegexPattern(std::string_view pattern);

}  // namespace octet::text

#endif  // OCTET_TEXT_REGEX_H_
