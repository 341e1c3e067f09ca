// The normalizer Replace.
#ifndef OCTET_TEXT_REPLACE_H_
#define OCTET_TEXT_REPLACE_H_

#include <memory>
#include <string_view>

#include "text/normalizer.h"
#include "text/pattern.h"

namespace octet::text {

// Puts `content`, UTF-8, in the place of every match. As in the reference, all of it comes from the
// last character of the match; for an empty match, from the character before it.
std::shared_ptr<const NormalizerStep> Replace(std::shared_ptr<const Pattern> pattern,
                                              std::string_view content);

}  // namespace octet::text

#endif  // OCTET_TEXT_REPLACE_H_
