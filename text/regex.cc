#include "text/regex.h"

#include "text/known_patterns.h"

namespace octet::text {

Result<std::shared_ptr<const Pattern>> RegexPattern(std::string_view pattern) {
  if (auto known = FindKnownPattern(pattern)) return known;
  return Unsupported("regular expression");
}

}  // namespace octet::text
