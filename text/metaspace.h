// The pre-tokenizer Metaspace, which makes blanks visible.
#ifndef OCTET_TEXT_METASPACE_H_
#define OCTET_TEXT_METASPACE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "text/pre_tokenizer.h"

namespace octet::text {

// Which pieces get the replacement in front, if they do not start with it.
enum class PrependScheme : uint8_t {
  kAlways,
  kFirst,  // the piece that starts at the text's first character
  kNever,
};

// "always", "first" or "never".
std::optional<PrependScheme> ParsePrependScheme(std::string_view name);

struct MetaspaceOptions {
  char32_t replacement = 0x2581;
  PrependScheme prepend = PrependScheme::kAlways;
  bool split = true;  // in front of each replacement
};

// Replaces U+0020. The replacement in front of a piece comes from the piece's first character.
std::shared_ptr<const PreTokenizerStep> Metaspace(const MetaspaceOptions& options);

}  // namespace octet::text

#endif  // OCTET_TEXT_METASPACE_H_
