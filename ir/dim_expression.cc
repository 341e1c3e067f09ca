#include "ir/dim_expression.h"

#include <algorithm>
#include <compare>
#include <limits>
#include <numeric>

namespace octet::ir {
namespace {

int Sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

int CompareDims(const Dim& a, const Dim& b) {
  if (a == b) return 0;
  const std::vector<DimTerm> x = TermsOf(a);
  const std::vector<DimTerm> y = TermsOf(b);
  for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (const int order = CompareFactors(x[i].factors, y[i].factors)) return order;
    if (const int order = Sign(x[i].coefficient <=> y[i].coefficient)) return order;
  }
  return Sign(x.size() <=> y.size());
}

int SizeOf(const Dim& dim) { return dim.is_static() ? 1 : dim.expression()->size; }
int DepthOf(const Dim& dim) { return dim.is_static() ? 0 : dim.expression()->depth; }

void AddSymbols(const DimAtom& atom, std::vector<std::string_view>* symbols) {
  if (atom.kind == DimAtom::Kind::kSymbol) {
    symbols->push_back(atom.name);
    return;
  }
  for (const Dim* part : {&atom.a, &atom.b}) {
    symbols->insert(symbols->end(), part->symbols().begin(), part->symbols().end());
  }
}

// The expression of canonical terms; nullptr when it is too large.
std::shared_ptr<const DimExpression> MakeExpression(std::vector<DimTerm> terms) {
  auto expression = std::make_shared<DimExpression>();
  expression->size = 1;
  expression->depth = 0;
  for (const DimTerm& term : terms) {
    for (const DimAtomPtr& atom : term.factors) {
      expression->size += atom->size;
      expression->depth = std::max(expression->depth, atom->depth);
      if (expression->size > kMaxDimSize) return nullptr;
      AddSymbols(*atom, &expression->symbols);
    }
  }
  std::vector<std::string_view>& symbols = expression->symbols;
  std::ranges::sort(symbols);
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
  expression->terms = std::move(terms);
  return expression;
}

uint64_t Magnitude(int64_t x) {
  return x < 0 ? -static_cast<uint64_t>(x) : static_cast<uint64_t>(x);
}

// The greatest common divisor of the coefficients of these terms and `start`.
int64_t CommonFactor(const std::vector<DimTerm>& terms, uint64_t start) {
  uint64_t common = start;
  for (const DimTerm& term : terms) common = std::gcd(common, Magnitude(term.coefficient));
  return common > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())
             ? 1
             : static_cast<int64_t>(common);
}

int64_t FloorOf(int64_t a, int64_t b) {  // b > 0
  return a / b - (a % b < 0 ? 1 : 0);
}

// floor(a / divisor) for a divisor above 1. The multiples of the divisor are taken out of the
// floor, so that the remaining coefficients are in [0, divisor).
std::optional<Dim> FloorByNumber(const Dim& a, int64_t divisor) {
  std::vector<DimTerm> whole;
  std::vector<DimTerm> rest;
  for (const DimTerm& term : TermsOf(a)) {
    const int64_t quotient = FloorOf(term.coefficient, divisor);
    whole.push_back({quotient, term.factors});
    rest.push_back({term.coefficient - quotient * divisor, term.factors});
  }
  std::erase_if(rest, [](const DimTerm& term) { return term.coefficient == 0; });
  const auto quotient = SumOf(std::move(whole));
  if (!quotient) return std::nullopt;
  // floor((g*x + c) / (g*d)) = floor((x + floor(c / g)) / d)
  std::vector<DimTerm> variable;
  int64_t constant = 0;
  for (DimTerm& term : rest) {
    if (term.factors.empty()) {
      constant = term.coefficient;
    } else {
      variable.push_back(std::move(term));
    }
  }
  const int64_t common = CommonFactor(variable, static_cast<uint64_t>(divisor));
  for (DimTerm& term : variable) term.coefficient /= common;
  variable.push_back({constant / common, {}});
  divisor /= common;
  const auto numerator = SumOf(std::move(variable));
  if (!numerator) return std::nullopt;
  const DimBounds bounds = BoundsOf(*numerator);
  if (bounds.low && bounds.high &&
      FloorOf(*bounds.low, divisor) == FloorOf(*bounds.high, divisor)) {
    return quotient->Plus(FloorOf(*bounds.low, divisor));
  }
  // floor(floor(x / d) / e) = floor(x / (d*e))
  if (numerator->constant() == 0 && numerator->expression()->terms.size() == 1) {
    const DimTerm& term = numerator->expression()->terms[0];
    const DimAtom& inner = *term.factors[0];
    int64_t product = 0;
    if (term.coefficient == 1 && term.factors.size() == 1 && inner.kind == DimAtom::Kind::kFloor &&
        inner.b.is_static() && !__builtin_mul_overflow(inner.b.constant(), divisor, &product)) {
      const auto outer = inner.a.FloorDividedBy(product);
      return outer ? quotient->Plus(*outer) : std::nullopt;
    }
  }
  const auto floor = AtomOf({DimAtom::Kind::kFloor, {}, *numerator, divisor, {}, 0, 0});
  return floor ? quotient->Plus(*floor) : std::nullopt;
}

// Bounds of an atom's value from those of its parts.
DimBounds BoundsOfAtom(const DimAtom& atom) {
  const DimBounds a = BoundsOf(atom.a);
  switch (atom.kind) {
    case DimAtom::Kind::kSymbol:
      return {0, std::nullopt};
    case DimAtom::Kind::kNegativePart:
      return {a.low ? std::optional(std::min<int64_t>(*a.low, 0)) : std::nullopt, 0};
    case DimAtom::Kind::kFloor:
      break;
  }
  if (atom.b.is_static()) {  // then it is above 1
    const int64_t divisor = atom.b.constant();
    DimBounds bounds;
    if (a.low) bounds.low = FloorOf(*a.low, divisor);
    if (a.high) bounds.high = FloorOf(*a.high, divisor);
    return bounds;
  }
  // If a divisor is not negative, it is at least 1 wherever the quotient has a value.
  if (a.low && *a.low >= 0 && IsNonNegative(atom.b)) return {0, a.high};
  return {};
}

}  // namespace

int CompareAtoms(const DimAtom& a, const DimAtom& b) {
  if (&a == &b) return 0;
  if (const int order = Sign(a.kind <=> b.kind)) return order;
  if (a.kind == DimAtom::Kind::kSymbol) return Sign(a.name <=> b.name);
  if (const int order = CompareDims(a.a, b.a)) return order;
  return CompareDims(a.b, b.b);
}

int CompareFactors(const std::vector<DimAtomPtr>& a, const std::vector<DimAtomPtr>& b) {
  if (const int order = Sign(a.size() <=> b.size())) return order;
  for (size_t i = 0; i < a.size(); ++i) {
    if (const int order = CompareAtoms(*a[i], *b[i])) return order;
  }
  return 0;
}

std::vector<DimTerm> TermsOf(const Dim& dim) {
  std::vector<DimTerm> terms;
  if (dim.constant() != 0) terms.push_back({dim.constant(), {}});
  if (!dim.is_static()) {
    const std::vector<DimTerm>& others = dim.expression()->terms;
    terms.insert(terms.end(), others.begin(), others.end());
  }
  return terms;
}

std::optional<Dim> SumOf(std::vector<DimTerm> terms) {
  std::ranges::sort(terms, [](const DimTerm& x, const DimTerm& y) {
    return CompareFactors(x.factors, y.factors) < 0;
  });
  std::vector<DimTerm> merged;
  for (DimTerm& term : terms) {
    if (!merged.empty() && CompareFactors(merged.back().factors, term.factors) == 0) {
      int64_t& sum = merged.back().coefficient;
      if (__builtin_add_overflow(sum, term.coefficient, &sum)) return std::nullopt;
    } else {
      merged.push_back(std::move(term));
    }
  }
  std::erase_if(merged, [](const DimTerm& term) { return term.coefficient == 0; });
  int64_t number = 0;
  if (!merged.empty() && merged.front().factors.empty()) {
    number = merged.front().coefficient;
    merged.erase(merged.begin());
  }
  if (merged.empty()) return Dim(number);
  auto expression = MakeExpression(std::move(merged));
  if (expression == nullptr) return std::nullopt;
  return Dim(number, std::move(expression));
}

std::optional<Dim> AtomOf(DimAtom atom) {
  atom.size = 1;
  atom.depth = 0;
  if (atom.kind != DimAtom::Kind::kSymbol) {
    atom.size += SizeOf(atom.a) + SizeOf(atom.b);
    atom.depth = 1 + std::max(DepthOf(atom.a), DepthOf(atom.b));
    if (atom.depth > kMaxDimDepth) return std::nullopt;
  }
  atom.bounds = BoundsOfAtom(atom);
  DimTerm term{1, {std::make_shared<const DimAtom>(std::move(atom))}};
  return SumOf({std::move(term)});
}

Dim Dim::Symbol(std::string name) {
  return *AtomOf({DimAtom::Kind::kSymbol, std::move(name), {}, {}, {}, 0, 0});
}

std::optional<Dim> Dim::FloorDividedBy(const Dim& other) const {
  if (other == Dim(0)) return std::nullopt;
  if (const auto exact = DividedBy(other)) return exact;
  if (!other.is_static()) return AtomOf({DimAtom::Kind::kFloor, {}, *this, other, {}, 0, 0});
  if (other.constant() > 0) return FloorByNumber(*this, other.constant());
  const auto negated = Times(-1);
  const auto divisor = other.Times(-1);
  return negated && divisor ? FloorByNumber(*negated, divisor->constant()) : std::nullopt;
}

// min(g*a, 0) = g * min(a, 0) and min(-a, 0) = min(a, 0) - a. They reduce the argument to one
// without a common factor and with a positive leading coefficient.
std::optional<Dim> NegativePart(const Dim& a) {
  const DimBounds bounds = BoundsOf(a);
  if (bounds.low && *bounds.low >= 0) return Dim(0);
  if (bounds.high && *bounds.high <= 0) return a;
  std::vector<DimTerm> terms = TermsOf(a);
  if (terms.back().coefficient < 0) {
    const auto opposite = a.Times(-1);
    const auto part = opposite ? NegativePart(*opposite) : std::nullopt;
    return part ? part->Plus(a) : std::nullopt;
  }
  const int64_t common = CommonFactor(terms, 0);
  for (DimTerm& term : terms) term.coefficient /= common;
  const auto inner = SumOf(std::move(terms));
  const auto atom =
      inner ? AtomOf({DimAtom::Kind::kNegativePart, {}, *inner, {}, {}, 0, 0}) : std::nullopt;
  return atom ? atom->Times(common) : std::nullopt;
}

}  // namespace octet::ir
