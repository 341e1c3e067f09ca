// The canonical form of a Dim that is not a number. Only the files dim*.cc use it.
#ifndef OCTET_IR_DIM_EXPRESSION_H_
#define OCTET_IR_DIM_EXPRESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/dim.h"
#include "ir/dim_bounds.h"

namespace octet::ir {

// A variable of the polynomial.
struct DimAtom {
  enum class Kind : uint8_t { kSymbol, kFloor, kNegativePart };
  Kind kind;
  std::string name;  // only for a symbol
  Dim a;             // floor(a / b), or min(a, 0)
  Dim b;
  DimBounds bounds;
  int size;
  int depth;
};
using DimAtomPtr = std::shared_ptr<const DimAtom>;

// coefficient * factor * factor ...; a term without factors is a number.
struct DimTerm {
  int64_t coefficient;
  std::vector<DimAtomPtr> factors;  // ascending
};

// The terms of a Dim besides its constant term.
struct DimExpression {
  std::vector<DimTerm> terms;  // ascending, no two with the same factors, no coefficient 0
  std::vector<std::string_view> symbols;  // names of the atoms in `terms`
  int size;
  int depth;
};

// A total order that does not depend on addresses: symbols by name, then functions.
int CompareAtoms(const DimAtom& a, const DimAtom& b);
// Fewer factors first, then lexicographic. A monomial order: a < b implies a * c < b * c.
int CompareFactors(const std::vector<DimAtomPtr>& a, const std::vector<DimAtomPtr>& b);

// All terms. The constant term comes first; it is left out when it is 0.
std::vector<DimTerm> TermsOf(const Dim& dim);
// The sum of terms in any order; nullopt when it overflows or is too large.
std::optional<Dim> SumOf(std::vector<DimTerm> terms);
// The atom as a Dim; nullopt when it is too large.
std::optional<Dim> AtomOf(DimAtom atom);
// min(a, 0).
std::optional<Dim> NegativePart(const Dim& a);

}  // namespace octet::ir

#endif  // OCTET_IR_DIM_EXPRESSION_H_
