#include "ir/text/token_stream.h"

namespace octet::ir {

bool TokenStream::PeekWord(std::string_view word) const {
  return Peek().kind == TokenKind::kWord && Peek().text == word;
}

bool TokenStream::PeekPunctuation(std::string_view text) const {
  return Peek().kind == TokenKind::kPunctuation && Peek().text == text;
}

bool TokenStream::PeekValue() const {
  return Peek().kind == TokenKind::kNamed || Peek().kind == TokenKind::kNumbered;
}

Token TokenStream::Next() {
  const Token& token = tokens_[position_];
  if (token.kind != TokenKind::kEnd) ++position_;
  return token;
}

bool TokenStream::Accept(std::string_view punctuation) {
  if (!PeekPunctuation(punctuation)) return false;
  Next();
  return true;
}

bool TokenStream::AcceptWord(std::string_view word) {
  if (!PeekWord(word)) return false;
  Next();
  return true;
}

Status TokenStream::Expect(const std::string& punctuation) {
  if (Accept(punctuation)) return {};
  return Unexpected("'" + punctuation + "'");
}

Result<Token> TokenStream::ExpectKind(TokenKind kind, const std::string& what) {
  if (Peek().kind != kind) return Unexpected(what);
  return Next();
}

Result<Token> TokenStream::ExpectValue() {
  if (!PeekValue()) return Unexpected("a value");
  return Next();
}

Result<std::vector<Token>> TokenStream::ExpectWords() {
  std::vector<Token> words;
  OCTET_RETURN_IF_ERROR(Expect("["));
  if (Accept("]")) return words;
  OCTET_RETURN_IF_ERROR(ExpectList([&]() -> Status {
    OCTET_ASSIGN_OR_RETURN(Token word, ExpectKind(TokenKind::kWord, "a number or a dimension"));
    words.push_back(std::move(word));
    return {};
  }));
  OCTET_RETURN_IF_ERROR(Expect("]"));
  return words;
}

Status TokenStream::Unexpected(const std::string& what) const {
  const std::string found =
      Peek().kind == TokenKind::kEnd ? "the end" : "'" + Printable(Peek().text) + "'";
  return InvalidArgument("expected " + what + ", found " + found).AtLine(Peek().line);
}

}  // namespace octet::ir
