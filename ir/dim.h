// A dimension of a shape: an integer coefficient times a product of symbols, such as 64, b, b*s or
// 12*s. Monomials are all that an encoder needs: heads are split and merged, batches flattened.
#ifndef OCTET_IR_DIM_H_
#define OCTET_IR_DIM_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/status.h"

namespace octet::ir {

// The value of each symbol in one run, such as {b: 8, s: 128}.
using SymbolBinding = std::map<std::string, int64_t, std::less<>>;

// An immutable value type. Symbols are identifiers and stand for integers >= 0.
class Dim {
 public:
  Dim() = default;
  Dim(int64_t value) : coefficient_(value) {}  // NOLINT: a number is a dimension
  static Dim Symbol(std::string name);

  bool is_static() const { return symbols_.empty(); }
  // The number, when static; the coefficient otherwise.
  int64_t coefficient() const { return coefficient_; }
  // Sorted; one entry for each power.
  const std::vector<std::string>& symbols() const { return symbols_; }

  // Products; nullopt on int64 overflow.
  std::optional<Dim> Times(const Dim& other) const;
  // The exact quotient; nullopt when it is not a monomial with an integer coefficient, or when
  // `other` is 0.
  std::optional<Dim> DividedBy(const Dim& other) const;
  // The number under a binding; nullopt when a symbol is unbound or the product overflows.
  std::optional<int64_t> Evaluate(const SymbolBinding& binding) const;
  // This dimension with symbol `name` replaced by `value`. When the product overflows: the largest
  // int64, which every size check refuses.
  Dim Substitute(std::string_view name, const Dim& value) const;

  // "64", "b", "12*b*s"; Parse reads the same.
  std::string ToString() const;
  static Result<Dim> Parse(std::string_view text);

  friend bool operator==(const Dim&, const Dim&) = default;

 private:
  int64_t coefficient_ = 0;
  std::vector<std::string> symbols_;  // empty when coefficient_ is 0
};

}  // namespace octet::ir

#endif  // OCTET_IR_DIM_H_
