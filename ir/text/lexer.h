// Splits the textual form of a module (docs/ir.md) into tokens.
#ifndef OCTET_IR_TEXT_LEXER_H_
#define OCTET_IR_TEXT_LEXER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace octet::ir {

enum class TokenKind : uint8_t {
  kWord,         // letters, digits and _ . + - *: op names, numbers, dims, keywords
  kNamed,        // %name or %"any text": the text is without % and quotes
  kNumbered,     // %12: a value without a name of its own
  kString,       // "text", escapes resolved
  kPunctuation,  // one of ( ) { } [ ] , = : /
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  int64_t line = 0;  // 1-based
};

// The tokens of `text`, followed by one kEnd. `//` starts a comment up to the end of its line.
// InvalidArgument with the line for a character or string that does not fit any kind of token.
Result<std::vector<Token>> Tokenize(std::string_view text);

// The word for an absent optional operand.
inline constexpr std::string_view kAbsentOperand = "none";

// Whether a value's name can stand after % without quotes.
bool IsBareName(std::string_view name);

}  // namespace octet::ir

#endif  // OCTET_IR_TEXT_LEXER_H_
