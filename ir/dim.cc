#include "ir/dim.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>

#include "ir/dim_expression.h"

namespace octet::ir {
namespace {

std::optional<int64_t> Multiply(int64_t a, int64_t b) {
  int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

std::vector<DimAtomPtr> MergeFactors(const std::vector<DimAtomPtr>& a,
                                     const std::vector<DimAtomPtr>& b) {
  std::vector<DimAtomPtr> merged(a.size() + b.size());
  std::ranges::merge(a, b, merged.begin(), [](const DimAtomPtr& x, const DimAtomPtr& y) {
    return CompareAtoms(*x, *y) < 0;
  });
  return merged;
}

// number * dim for a number that is not 0. The terms keep their order.
std::optional<Dim> Scale(const Dim& dim, int64_t number) {
  const auto constant = Multiply(dim.constant(), number);
  if (!constant || dim.is_static()) return constant;
  auto expression = std::make_shared<DimExpression>(*dim.expression());
  for (DimTerm& term : expression->terms) {
    const auto coefficient = Multiply(term.coefficient, number);
    if (!coefficient) return std::nullopt;
    term.coefficient = *coefficient;
  }
  return Dim(*constant, std::move(expression));
}

std::optional<DimTerm> MultiplyTerms(const DimTerm& a, const DimTerm& b) {
  const auto coefficient = Multiply(a.coefficient, b.coefficient);
  if (!coefficient) return std::nullopt;
  return DimTerm{*coefficient, MergeFactors(a.factors, b.factors)};
}

// The exact quotient a / b.
std::optional<DimTerm> DivideTerms(const DimTerm& a, const DimTerm& b) {
  const bool overflows =
      a.coefficient == std::numeric_limits<int64_t>::min() && b.coefficient == -1;
  if (overflows || a.coefficient % b.coefficient != 0) return std::nullopt;
  const auto less = [](const DimAtomPtr& x, const DimAtomPtr& y) {
    return CompareAtoms(*x, *y) < 0;
  };
  if (!std::ranges::includes(a.factors, b.factors, less)) return std::nullopt;
  DimTerm quotient{a.coefficient / b.coefficient, {}};
  std::ranges::set_difference(a.factors, b.factors, std::back_inserter(quotient.factors), less);
  return quotient;
}

std::optional<int64_t> EvaluateAtom(const DimAtom& atom, const SymbolValues& values) {
  if (atom.kind == DimAtom::Kind::kSymbol) return values.ValueOf(atom.name);
  const auto a = atom.a.Evaluate(values);
  if (!a) return std::nullopt;
  if (atom.kind == DimAtom::Kind::kNegativePart) return std::min<int64_t>(*a, 0);
  const auto b = atom.b.Evaluate(values);
  if (!b || *b == 0) return std::nullopt;
  if (*a == std::numeric_limits<int64_t>::min() && *b == -1) return std::nullopt;
  const int64_t rounds_up = *a % *b != 0 && (*a < 0) != (*b < 0) ? 1 : 0;
  return *a / *b - rounds_up;
}

class BindingValues final : public SymbolValues {
 public:
  explicit BindingValues(const SymbolBinding& binding) : binding_(binding) {}
  std::optional<int64_t> ValueOf(std::string_view symbol) const override {
    const auto found = binding_.find(symbol);
    if (found == binding_.end()) return std::nullopt;
    return found->second;
  }

 private:
  const SymbolBinding& binding_;
};

std::optional<Dim> SubstituteAtom(const DimAtomPtr& atom, std::string_view name, const Dim& value) {
  if (atom->kind == DimAtom::Kind::kSymbol) {
    return atom->name == name ? value : SumOf({DimTerm{1, {atom}}});
  }
  const auto a = atom->a.Substitute(name, value);
  if (!a) return std::nullopt;
  if (atom->kind == DimAtom::Kind::kNegativePart) return NegativePart(*a);
  const auto b = atom->b.Substitute(name, value);
  return b ? a->FloorDividedBy(*b) : std::nullopt;
}

}  // namespace

bool operator==(const Dim& a, const Dim& b) {
  if (a.number_ != b.number_ || a.is_static() != b.is_static()) return false;
  if (a.expression_ == b.expression_) return true;
  return std::ranges::equal(
      a.expression_->terms, b.expression_->terms, [](const DimTerm& x, const DimTerm& y) {
        return x.coefficient == y.coefficient && CompareFactors(x.factors, y.factors) == 0;
      });
}

bool Dim::is_symbol() const {
  const auto linear = AsLinear();
  return linear && linear->factor == 1 && linear->offset == 0;
}

bool Dim::has_function() const { return !is_static() && expression_->depth > 0; }

const std::vector<std::string_view>& Dim::symbols() const {
  static const auto* const none =
      new std::vector<std::string_view>;  // never destroyed, as AllOps()
  return is_static() ? *none : expression_->symbols;
}

int Dim::size() const { return is_static() ? 0 : expression_->size; }

std::optional<Dim> Dim::Plus(const Dim& other) const {
  if (other == Dim(0)) return *this;
  if (*this == Dim(0)) return other;
  std::vector<DimTerm> terms = TermsOf(*this);
  const std::vector<DimTerm> more = TermsOf(other);
  terms.insert(terms.end(), more.begin(), more.end());
  return SumOf(std::move(terms));
}

std::optional<Dim> Dim::Minus(const Dim& other) const {
  const auto negated = other.Times(-1);
  return negated ? Plus(*negated) : std::nullopt;
}

std::optional<Dim> Dim::Times(const Dim& other) const {
  if (other == Dim(1)) return *this;
  if (*this == Dim(1)) return other;
  if (other == Dim(0) || *this == Dim(0)) return Dim(0);
  if (other.is_static()) return Scale(*this, other.number_);
  if (is_static()) return Scale(other, number_);
  const std::vector<DimTerm> terms = TermsOf(*this);
  const std::vector<DimTerm> others = TermsOf(other);
  if (terms.size() * others.size() > size_t{8} * kMaxDimSize) return std::nullopt;
  std::vector<DimTerm> products;
  for (const DimTerm& a : terms) {
    for (const DimTerm& b : others) {
      auto product = MultiplyTerms(a, b);
      if (!product) return std::nullopt;
      products.push_back(*std::move(product));
    }
  }
  return SumOf(std::move(products));
}

// Long division by the leading terms, which come last in the monomial order.
std::optional<Dim> Dim::DividedBy(const Dim& other) const {
  if (other == Dim(0)) return std::nullopt;
  const DimTerm divisor = TermsOf(other).back();
  Dim rest = *this;
  std::vector<DimTerm> quotient;
  while (rest != Dim(0)) {
    const auto term = DivideTerms(TermsOf(rest).back(), divisor);
    if (!term || quotient.size() == kMaxDimSize) return std::nullopt;
    const auto factor = SumOf({*term});
    const auto part = factor ? factor->Times(other) : std::nullopt;
    const auto difference = part ? rest.Minus(*part) : std::nullopt;
    if (!difference) return std::nullopt;
    rest = *difference;
    quotient.push_back(*term);
  }
  return SumOf(std::move(quotient));
}

std::optional<Dim> Dim::CeilDividedBy(const Dim& other) const {
  // For a number above 0, in the usual form: floor((x + d - 1) / d).
  if (other.is_static() && other.number_ > 0) {
    const auto sum = Plus(other.number_ - 1);
    return sum ? sum->FloorDividedBy(other) : std::nullopt;
  }
  const auto negated = Times(-1);
  const auto floor = negated ? negated->FloorDividedBy(other) : std::nullopt;
  return floor ? floor->Times(-1) : std::nullopt;
}

// min(a, b) = b + min(a - b, 0)
std::optional<Dim> Dim::Min(const Dim& a, const Dim& b) {
  const auto difference = a.Minus(b);
  const auto part = difference ? NegativePart(*difference) : std::nullopt;
  return part ? b.Plus(*part) : std::nullopt;
}

// max(a, b) = a - min(a - b, 0)
std::optional<Dim> Dim::Max(const Dim& a, const Dim& b) {
  const auto difference = a.Minus(b);
  const auto part = difference ? NegativePart(*difference) : std::nullopt;
  return part ? a.Minus(*part) : std::nullopt;
}

std::optional<int64_t> Dim::Evaluate(const SymbolValues& values) const {
  int64_t sum = number_;
  if (is_static()) return sum;
  for (const DimTerm& term : expression_->terms) {
    std::optional<int64_t> product = term.coefficient;
    for (const DimAtomPtr& atom : term.factors) {
      const auto value = EvaluateAtom(*atom, values);
      product = value ? Multiply(*product, *value) : std::nullopt;
      if (!product) return std::nullopt;
    }
    if (__builtin_add_overflow(sum, *product, &sum)) return std::nullopt;
  }
  return sum;
}

std::optional<int64_t> Dim::Evaluate(const SymbolBinding& binding) const {
  return Evaluate(BindingValues(binding));
}

std::optional<Dim> Dim::Substitute(std::string_view name, const Dim& value) const {
  if (!std::ranges::binary_search(symbols(), name)) return *this;
  std::optional<Dim> sum = Dim(number_);
  for (const DimTerm& term : expression_->terms) {
    std::optional<Dim> product = Dim(term.coefficient);
    for (const DimAtomPtr& atom : term.factors) {
      const auto factor = SubstituteAtom(atom, name, value);
      product = factor ? product->Times(*factor) : std::nullopt;
      if (!product) return std::nullopt;
    }
    sum = sum->Plus(*product);
    if (!sum) return std::nullopt;
  }
  return sum;
}

std::optional<Dim::Linear> Dim::AsLinear() const {
  if (is_static() || expression_->terms.size() != 1) return std::nullopt;
  const DimTerm& term = expression_->terms[0];
  if (term.factors.size() != 1 || term.factors[0]->kind != DimAtom::Kind::kSymbol) {
    return std::nullopt;
  }
  return Linear{&term.factors[0]->name, term.coefficient, number_};
}

}  // namespace octet::ir
