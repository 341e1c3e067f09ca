// Dims as text.
#include <algorithm>
#include <charconv>
#include <limits>

#include "ir/dim_expression.h"

namespace octet::ir {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::string MagnitudeText(int64_t x) {
  return std::to_string(x < 0 ? -static_cast<uint64_t>(x) : static_cast<uint64_t>(x));
}

// The text of an operand, in parentheses if it is a sum.
std::string OperandText(const Dim& dim) {
  std::string text = dim.ToString();
  int depth = 0;
  bool is_sum = false;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    is_sum = is_sum || (depth == 0 && c == ' ');
  }
  return is_sum ? "(" + text + ")" : text;
}

std::string AtomText(const DimAtom& atom) {
  switch (atom.kind) {
    case DimAtom::Kind::kSymbol:
      return atom.name;
    case DimAtom::Kind::kFloor:
      return "floor(" + OperandText(atom.a) + " / " + OperandText(atom.b) + ")";
    case DimAtom::Kind::kNegativePart:
      break;
  }
  return "min(" + atom.a.ToString() + ", 0)";
}

// The text of a term without the sign of its coefficient.
std::string TermText(const DimTerm& term) {
  std::string text;
  const bool is_one = term.coefficient == 1 || term.coefficient == -1;
  if (term.factors.empty() || !is_one) text = MagnitudeText(term.coefficient);
  for (const DimAtomPtr& atom : term.factors) text += (text.empty() ? "" : "*") + AtomText(*atom);
  return text;
}

// Positive terms first.
std::string SumText(const std::vector<DimTerm>& terms) {
  std::string text;
  for (const DimTerm& term : terms) {
    if (term.coefficient > 0) text += (text.empty() ? "" : " + ") + TermText(term);
  }
  const auto subtract = [&](const DimTerm& term) {
    if (term.coefficient >= 0) return;
    if (!text.empty()) {
      text += " - " + TermText(term);
    } else {
      const bool is_one = term.coefficient == -1 && !term.factors.empty();
      text = (is_one ? "-1*" : "-") + TermText(term);
    }
  };
  // The constant term, which is the first, comes last.
  const auto variable = terms.begin() + (terms.front().factors.empty() ? 1 : 0);
  std::for_each(variable, terms.end(), subtract);
  std::for_each(terms.begin(), variable, subtract);
  return text;
}

// The dim as product * min(x, y) or product * max(x, y), if one term has a factor min(a, 0) and the
// other factors of that term divide all other terms: rest + min(a, 0) is min(rest + a, rest), and
// rest - min(a, 0) is max(rest, rest - a).
std::optional<std::string> ExtremeText(const std::vector<DimTerm>& terms) {
  const auto is_negative_part = [](const DimAtomPtr& atom) {
    return atom->kind == DimAtom::Kind::kNegativePart;
  };
  std::vector<DimTerm> others;
  std::optional<DimTerm> product;
  Dim part;
  for (const DimTerm& term : terms) {
    const auto atom = std::ranges::find_if(term.factors, is_negative_part);
    if (atom == term.factors.end()) {
      others.push_back(term);
      continue;
    }
    if (product) return std::nullopt;
    product = term;
    part = (*atom)->a;
    product->factors.erase(product->factors.begin() + (atom - term.factors.begin()));
  }
  if (!product || product->coefficient == std::numeric_limits<int64_t>::min()) return std::nullopt;
  const bool is_min = product->coefficient > 0;
  if (!is_min) product->coefficient = -product->coefficient;
  const auto sum = SumOf(std::move(others));
  const auto divisor = SumOf({*product});
  const auto rest = sum && divisor ? sum->DividedBy(*divisor) : std::nullopt;
  if (!rest) return std::nullopt;
  const auto other = is_min ? rest->Plus(part) : rest->Minus(part);
  if (!other) return std::nullopt;
  std::string text;
  if (*divisor != Dim(1)) text = TermText(*product) + "*";
  const Dim& first = is_min ? *other : *rest;
  const Dim& second = is_min ? *rest : *other;
  return text + (is_min ? "min(" : "max(") + first.ToString() + ", " + second.ToString() + ")";
}

// Recursive descent:
//   sum     = product {("+" | "-") product}
//   product = factor {"*" factor}
//   factor  = ["-"] (number | symbol | "(" sum ")" | "floor" "(" product "/" product ")"
//           | ("min" | "max") "(" sum {"," sum} ")")
class DimParser {
 public:
  explicit DimParser(std::string_view text) : text_(text) {}

  Result<Dim> Run() {
    OCTET_ASSIGN_OR_RETURN(Dim dim, Sum());
    if (!AtEnd()) return Error("expected numbers and symbols");
    return dim;
  }

 private:
  static constexpr int kMaxParentheses = 4 * kMaxDimDepth;

  Status Error(std::string_view what) const {
    return InvalidArgument("'" + Printable(text_) + "' is not a dimension: " + std::string(what));
  }

  Result<Dim> Known(std::optional<Dim> dim) const {
    if (!dim) return Error("too large");
    return *std::move(dim);
  }

  void SkipBlanks() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
  }
  bool AtEnd() {
    SkipBlanks();
    return position_ == text_.size();
  }
  bool Accept(char c) {
    if (AtEnd() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  Result<Dim> Sum() {
    OCTET_ASSIGN_OR_RETURN(Dim sum, Product());
    while (true) {
      const bool plus = Accept('+');
      if (!plus && !Accept('-')) return sum;
      OCTET_ASSIGN_OR_RETURN(const Dim term, Product());
      OCTET_ASSIGN_OR_RETURN(sum, Known(plus ? sum.Plus(term) : sum.Minus(term)));
    }
  }

  Result<Dim> Product() {
    OCTET_ASSIGN_OR_RETURN(Dim product, Factor());
    while (Accept('*')) {
      OCTET_ASSIGN_OR_RETURN(const Dim factor, Factor());
      OCTET_ASSIGN_OR_RETURN(product, Known(product.Times(factor)));
    }
    return product;
  }

  Result<Dim> Factor() {
    const bool negative = Accept('-');
    SkipBlanks();
    if (position_ < text_.size() && IsDigit(text_[position_])) return Number(negative);
    OCTET_ASSIGN_OR_RETURN(Dim factor, Primary());
    return negative ? Known(factor.Times(-1)) : Result<Dim>(factor);
  }

  Result<Dim> Number(bool negative) {
    uint64_t magnitude = 0;
    const char* begin = text_.data() + position_;
    const auto [stop, code] = std::from_chars(begin, text_.data() + text_.size(), magnitude);
    constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
    if (code != std::errc() || magnitude > kMax + (negative ? 1 : 0)) {
      return Error("number out of range");
    }
    position_ += static_cast<size_t>(stop - begin);
    return Dim(static_cast<int64_t>(negative ? -magnitude : magnitude));
  }

  // A symbol, a function or a sum in parentheses.
  Result<Dim> Primary() {
    if (Accept('(')) return Parenthesized({});
    const size_t start = position_;
    while (position_ < text_.size() &&
           (IsLetter(text_[position_]) || (position_ > start && IsDigit(text_[position_])))) {
      ++position_;
    }
    const std::string_view name = text_.substr(start, position_ - start);
    if (name.empty()) return Error("expected numbers and symbols");
    if (Accept('(')) return Parenthesized(name);
    return Dim::Symbol(std::string(name));
  }

  // Parses what follows the opening parenthesis of a function, or of a plain sum.
  Result<Dim> Parenthesized(std::string_view function) {
    if (++parentheses_ > kMaxParentheses) return Error("too many parentheses");
    OCTET_ASSIGN_OR_RETURN(Dim value, function == "floor" ? Product() : Sum());
    if (function == "floor") {
      if (!Accept('/')) return Error("expected floor(x / y)");
      OCTET_ASSIGN_OR_RETURN(const Dim divisor, Product());
      if (divisor == Dim(0)) return Error("division by 0");
      OCTET_ASSIGN_OR_RETURN(value, Known(value.FloorDividedBy(divisor)));
    } else if (function == "min" || function == "max") {
      while (Accept(',')) {
        OCTET_ASSIGN_OR_RETURN(const Dim other, Sum());
        OCTET_ASSIGN_OR_RETURN(
            value, Known(function == "min" ? Dim::Min(value, other) : Dim::Max(value, other)));
      }
    } else if (!function.empty()) {
      return Error("the functions are floor, min and max");
    }
    if (!Accept(')')) return Error("expected ')'");
    --parentheses_;
    return value;
  }

  std::string_view text_;
  size_t position_ = 0;
  int parentheses_ = 0;
};

}  // namespace

std::string Dim::ToString() const {
  if (is_static()) return std::to_string(number_);
  const std::vector<DimTerm> terms = TermsOf(*this);
  if (const auto text = ExtremeText(terms)) return *text;
  return SumText(terms);
}

Result<Dim> Dim::Parse(std::string_view text) { return DimParser(text).Run(); }

}  // namespace octet::ir
