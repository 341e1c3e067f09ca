// The pre-tokenizer UnicodeScripts.
#ifndef OCTET_TEXT_UNICODE_SCRIPTS_H_
#define OCTET_TEXT_UNICODE_SCRIPTS_H_

#include <memory>

#include "text/pre_tokenizer.h"

namespace octet::text {

// Cuts where the script changes. Spaces and unassigned characters belong to the script before them;
// as in the reference, those at the start of a piece are dropped.
std::shared_ptr<const PreTokenizerStep> SplitByScript();

}  // namespace octet::text

#endif  // OCTET_TEXT_UNICODE_SCRIPTS_H_
