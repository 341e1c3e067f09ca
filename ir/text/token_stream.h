// The tokens of a text in order, with the queries and errors that a recursive-descent parser needs.
#ifndef OCTET_IR_TEXT_TOKEN_STREAM_H_
#define OCTET_IR_TEXT_TOKEN_STREAM_H_

#include <string>
#include <string_view>
#include <vector>

#include "ir/text/lexer.h"

namespace octet::ir {

// Peek* look at the next token. Accept* take it if it matches. Expect* take it if it matches, or
// else return InvalidArgument with its line.
class TokenStream {
 public:
  // `tokens` ends with kEnd, which is never taken.
  explicit TokenStream(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& Peek() const { return tokens_[position_]; }
  bool PeekWord(std::string_view word) const;
  bool PeekPunctuation(std::string_view text) const;
  // Whether a value, named or numbered, comes next.
  bool PeekValue() const;

  Token Next();
  bool Accept(std::string_view punctuation);
  bool AcceptWord(std::string_view word);

  Status Expect(const std::string& punctuation);
  Result<Token> ExpectKind(TokenKind kind, const std::string& what);
  Result<Token> ExpectValue();
  // "[" [word {"," word}] "]"
  Result<std::vector<Token>> ExpectWords();

  // `element` {"," `element`}, where element() reads one and returns a Status.
  template <typename Element>
  Status ExpectList(const Element& element) {
    do {
      OCTET_RETURN_IF_ERROR(element());
    } while (Accept(","));
    return {};
  }

  // "expected `what`, found ...", at the next token.
  Status Unexpected(const std::string& what) const;

 private:
  std::vector<Token> tokens_;
  size_t position_ = 0;
};

}  // namespace octet::ir

#endif  // OCTET_IR_TEXT_TOKEN_STREAM_H_
