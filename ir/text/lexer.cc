#include "ir/text/lexer.h"

#include <algorithm>
#include <optional>

namespace octet::ir {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsNameCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

bool IsWordCharacter(char c) { return IsNameCharacter(c) || c == '+' || c == '-' || c == '*'; }

std::optional<int> HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> Run() {
    while (SkipBlanks()) {
      const char c = text_[position_];
      if (IsWordCharacter(c)) {
        Add(TokenKind::kWord, TakeWhile(IsWordCharacter));
      } else if (c == '"') {
        OCTET_ASSIGN_OR_RETURN(std::string content, TakeString());
        Add(TokenKind::kString, std::move(content));
      } else if (c == '%') {
        OCTET_RETURN_IF_ERROR(LexValue());
      } else if (std::string_view("(){}[],=:/").find(c) != std::string_view::npos) {
        ++position_;
        Add(TokenKind::kPunctuation, std::string(1, c));
      } else {
        return Error("unexpected character '" + Printable(text_.substr(position_, 1)) + "'");
      }
    }
    Add(TokenKind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  Status Error(std::string message) const {
    return InvalidArgument(std::move(message)).AtLine(line_);
  }

  void Add(TokenKind kind, std::string text) { tokens_.push_back({kind, std::move(text), line_}); }

  bool AtEnd() const { return position_ >= text_.size(); }

  // Skips blanks, ends of lines and comments; false at the end of the text.
  bool SkipBlanks() {
    for (; !AtEnd(); ++position_) {
      const char c = text_[position_];
      if (c == '\n') {
        ++line_;
      } else if (text_.substr(position_, 2) == "//") {
        position_ = std::min(text_.find('\n', position_), text_.size()) - 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return true;
      }
    }
    return false;
  }

  template <typename Predicate>
  std::string TakeWhile(Predicate predicate) {
    const size_t start = position_;
    while (!AtEnd() && predicate(text_[position_])) ++position_;
    return std::string(text_.substr(start, position_ - start));
  }

  Status LexValue() {
    ++position_;
    if (!AtEnd() && text_[position_] == '"') {
      OCTET_ASSIGN_OR_RETURN(std::string name, TakeString());
      if (name.empty()) return Error("a value needs a name after '%'");
      Add(TokenKind::kNamed, std::move(name));
      return {};
    }
    std::string name = TakeWhile(IsNameCharacter);
    if (name.empty()) return Error("a value needs a name after '%'");
    const bool numbered = std::all_of(name.begin(), name.end(), IsDigit);
    Add(numbered ? TokenKind::kNumbered : TokenKind::kNamed, std::move(name));
    return {};
  }

  Result<std::string> TakeString() {
    std::string out;
    ++position_;
    while (!AtEnd() && text_[position_] != '"') {
      char c = text_[position_++];
      if (c == '\n') return Error("a string is not closed on its line");
      if (c == '\\') {
        OCTET_ASSIGN_OR_RETURN(c, TakeEscape());
      }
      out += c;
    }
    if (AtEnd()) return Error("a string is not closed on its line");
    ++position_;
    return out;
  }

  // What follows a backslash.
  Result<char> TakeEscape() {
    const std::string_view rest = text_.substr(position_);
    if (rest.starts_with('n') || rest.starts_with('t')) {
      ++position_;
      return rest[0] == 'n' ? '\n' : '\t';
    }
    if (rest.starts_with('"') || rest.starts_with('\\')) {
      ++position_;
      return rest[0];
    }
    if (rest.starts_with('x') && rest.size() >= 3) {
      const std::optional<int> high = HexDigit(rest[1]);
      const std::optional<int> low = HexDigit(rest[2]);
      if (high && low) {
        position_ += 3;
        return static_cast<char>(*high * 16 + *low);
      }
    }
    return Error("a string has an unknown escape");
  }

  std::string_view text_;
  size_t position_ = 0;
  int64_t line_ = 1;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> Tokenize(std::string_view text) { return Lexer(text).Run(); }

bool IsBareName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), IsNameCharacter) &&
         !std::all_of(name.begin(), name.end(), IsDigit);
}

}  // namespace octet::ir
