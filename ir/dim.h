// A dimension of a shape: an expression over the symbols of a model, such as 64, b, 12*b*s, 1 + s,
// min(s, 16) or floor(s / 2).
//
// The canonical form is a polynomial with integer coefficients. Its variables are the symbols,
// floor(a / b) and min(a, 0). Every min and max is written with min(a, 0), so that for example s -
// max(s - 16, 0) and min(s, 16) are the same value. Equal polynomials compare equal.
#ifndef OCTET_IR_DIM_H_
#define OCTET_IR_DIM_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace octet::ir {

// The value of each symbol in one run, such as {b: 8, s: 128}.
using SymbolBinding = std::map<std::string, int64_t, std::less<>>;

// The same as an interface, for callers to whom a map would be too slow.
class SymbolValues {
 public:
  // nullopt when the symbol is not bound.
  virtual std::optional<int64_t> ValueOf(std::string_view symbol) const = 0;

 protected:
  ~SymbolValues() = default;
};

struct DimExpression;  // ir/dim_expression.h

// An immutable value type, cheap to copy. Symbols are identifiers and stand for integers >= 0.
// Arithmetic gives nullopt when a coefficient does not fit in 64 bits or the expression becomes
// larger than kMaxDimSize. Copies may be read by several threads.
class Dim {
 public:
  Dim() = default;
  Dim(int64_t value) : number_(value) {}  // NOLINT: a number is a dimension
  static Dim Symbol(std::string name);
  static std::optional<Dim> Min(const Dim& a, const Dim& b);
  static std::optional<Dim> Max(const Dim& a, const Dim& b);

  bool is_static() const { return expression_ == nullptr; }
  // The number when static; the constant term of the polynomial otherwise.
  int64_t constant() const { return number_; }
  // Whether this is one symbol and nothing else.
  bool is_symbol() const;
  // Whether the expression contains floor(a / b), min or max.
  bool has_function() const;
  // Every symbol of the expression once, sorted. The names live as long as the Dim.
  const std::vector<std::string_view>& symbols() const;

  std::optional<Dim> Plus(const Dim& other) const;
  std::optional<Dim> Minus(const Dim& other) const;
  std::optional<Dim> Times(const Dim& other) const;
  // The exact quotient of the polynomials; nullopt also when the division leaves a remainder or
  // `other` is 0.
  std::optional<Dim> DividedBy(const Dim& other) const;
  // floor(this / other); nullopt also when `other` is 0.
  std::optional<Dim> FloorDividedBy(const Dim& other) const;
  // ceil(this / other), the same way.
  std::optional<Dim> CeilDividedBy(const Dim& other) const;

  // The number under a binding; nullopt when a symbol is unbound, a divisor is 0 or an intermediate
  // result overflows. Does not allocate.
  std::optional<int64_t> Evaluate(const SymbolValues& values) const;
  std::optional<int64_t> Evaluate(const SymbolBinding& binding) const;
  // This dimension with symbol `name` replaced by `value`.
  std::optional<Dim> Substitute(std::string_view name, const Dim& value) const;

  // factor * symbol + offset, when the dimension has this form.
  struct Linear {
    const std::string* symbol;  // lives as long as the Dim
    int64_t factor;
    int64_t offset;
  };
  std::optional<Linear> AsLinear() const;

  // "64", "b", "12*b*s", "1 + s", "s - 2", "min(s, 16)", "floor(s / 2)"; Parse reads this form.
  std::string ToString() const;
  static Result<Dim> Parse(std::string_view text);

  friend bool operator==(const Dim& a, const Dim& b);

  // How many symbols, functions and numbers the expression has; 0 when the dim is static.
  int size() const;

  // For the other files of the canonical form. The expression is null when the dim is static.
  const DimExpression* expression() const { return expression_.get(); }
  Dim(int64_t number, std::shared_ptr<const DimExpression> expression)
      : number_(number), expression_(std::move(expression)) {}

 private:
  int64_t number_ = 0;
  std::shared_ptr<const DimExpression> expression_;
};

// Two dims whose equality depends on the symbols.
struct UndecidedDims {
  Dim a;
  Dim b;
};

// The most symbols, functions and numbers that one expression may have, and how deep functions may
// nest. Encoders need a size of about ten and a depth of two; a hostile file may ask for any.
inline constexpr int kMaxDimSize = 64;
inline constexpr int kMaxDimDepth = 8;

}  // namespace octet::ir

#endif  // OCTET_IR_DIM_H_
