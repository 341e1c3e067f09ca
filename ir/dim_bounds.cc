#include "ir/dim_bounds.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "ir/dim.h"
#include "ir/dim_expression.h"

namespace octet::ir {
namespace {

// How many functions of an expression are split into cases; each doubles the work.
constexpr int kMaxSplits = 3;

using Limit = std::optional<int64_t>;

// A limit that overflows becomes infinite: weaker, but still true.
Limit Add(Limit a, Limit b) {
  int64_t sum = 0;
  if (!a || !b || __builtin_add_overflow(*a, *b, &sum)) return std::nullopt;
  return sum;
}

Limit Multiply(Limit a, Limit b) {
  if ((a && *a == 0) || (b && *b == 0)) return 0;  // also 0 * infinity: the factor is exactly 0
  int64_t product = 0;
  if (!a || !b || __builtin_mul_overflow(*a, *b, &product)) return std::nullopt;
  return product;
}

// The limit that says less.
Limit WeakerLow(Limit a, Limit b) { return a && b ? Limit(std::min(*a, *b)) : std::nullopt; }
Limit WeakerHigh(Limit a, Limit b) { return a && b ? Limit(std::max(*a, *b)) : std::nullopt; }
// The limit that says more.
Limit StrongerLow(Limit a, Limit b) { return a && b ? std::max(*a, *b) : a ? a : b; }
Limit StrongerHigh(Limit a, Limit b) { return a && b ? std::min(*a, *b) : a ? a : b; }

DimBounds Intersect(const DimBounds& a, const DimBounds& b) {
  return {StrongerLow(a.low, b.low), StrongerHigh(a.high, b.high)};
}

DimBounds Scale(const DimBounds& x, int64_t factor) {
  const Limit low = Multiply(x.low, factor);
  const Limit high = Multiply(x.high, factor);
  return factor < 0 ? DimBounds{high, low} : DimBounds{low, high};
}

DimBounds MultiplyBounds(const DimBounds& x, const DimBounds& y) {
  const auto is_non_negative = [](const DimBounds& bounds) {
    return bounds.low && *bounds.low >= 0;
  };
  const auto is_non_positive = [](const DimBounds& bounds) {
    return bounds.high && *bounds.high <= 0;
  };
  if (is_non_negative(x) && is_non_negative(y)) {
    return {Multiply(x.low, y.low), Multiply(x.high, y.high)};
  }
  if (is_non_positive(x)) return Scale(MultiplyBounds(Scale(x, -1), y), -1);
  if (is_non_positive(y)) return Scale(MultiplyBounds(x, Scale(y, -1)), -1);
  if (!x.low || !x.high || !y.low || !y.high) return {};
  const Limit corners[] = {Multiply(x.low, y.low), Multiply(x.low, y.high), Multiply(x.high, y.low),
                           Multiply(x.high, y.high)};
  DimBounds bounds = {corners[0], corners[0]};
  for (const Limit& corner : corners) {
    bounds = {WeakerLow(bounds.low, corner), WeakerHigh(bounds.high, corner)};
  }
  return bounds;
}

// Bounds of a sum from those of its atoms, each taken independently.
DimBounds SumBounds(const Dim& dim) {
  DimBounds sum = {dim.constant(), dim.constant()};
  if (dim.is_static()) return sum;
  for (const DimTerm& term : dim.expression()->terms) {
    DimBounds product = {1, 1};
    for (const DimAtomPtr& atom : term.factors) product = MultiplyBounds(product, atom->bounds);
    product = Scale(product, term.coefficient);
    sum = {Add(sum.low, product.low), Add(sum.high, product.high)};
  }
  return sum;
}

// dim = rest + factor * atom, where the atom is a function.
struct Split {
  DimAtomPtr atom;
  Dim rest;
  Dim factor;
};

std::optional<Split> SplitAtFunction(const Dim& dim) {
  Split split;
  std::vector<DimTerm> rest;
  std::vector<DimTerm> factor;
  for (DimTerm& term : TermsOf(dim)) {
    const auto is_split_atom = [&](const DimAtomPtr& atom) {
      return split.atom == nullptr ? atom->kind != DimAtom::Kind::kSymbol
                                   : CompareAtoms(*atom, *split.atom) == 0;
    };
    const auto found = std::ranges::find_if(term.factors, is_split_atom);
    if (found == term.factors.end()) {
      rest.push_back(std::move(term));
      continue;
    }
    split.atom = *found;
    term.factors.erase(found);
    if (std::ranges::any_of(term.factors, is_split_atom)) return std::nullopt;  // its square
    factor.push_back(std::move(term));
  }
  if (split.atom == nullptr) return std::nullopt;
  const auto sum = SumOf(std::move(rest));
  const auto product = SumOf(std::move(factor));
  if (!sum || !product) return std::nullopt;
  split.rest = *sum;
  split.factor = *product;
  return split;
}

DimBounds Bounds(const Dim& dim, int splits);

// min(a, 0) is either a or 0, and is never above either.
DimBounds BoundsAtNegativePart(const Split& split, int splits) {
  const auto product = split.factor.Times(split.atom->a);
  const auto other = product ? split.rest.Plus(*product) : std::nullopt;
  if (!other) return {};
  const DimBounds zero = Bounds(split.rest, splits);
  const DimBounds part = Bounds(*other, splits);
  DimBounds bounds = {WeakerLow(zero.low, part.low), WeakerHigh(zero.high, part.high)};
  const DimBounds factor = Bounds(split.factor, 0);
  if (factor.low && *factor.low >= 0) bounds.high = StrongerHigh(zero.high, part.high);
  if (factor.high && *factor.high <= 0) bounds.low = StrongerLow(zero.low, part.low);
  return bounds;
}

int64_t Floor(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
int64_t Ceil(int64_t a, int64_t b) { return a / b + (a % b > 0 ? 1 : 0); }

// For a number d: a - d + 1 <= d * floor(a / d) <= a.
DimBounds BoundsAtFloor(const Split& split, int splits) {
  const Dim& divisor = split.atom->b;
  if (!divisor.is_static() || !split.factor.is_static()) return {};
  const int64_t d = divisor.constant();
  // d * dim with the floor replaced by its greatest value, and by its least.
  const auto replaced = [&](int64_t subtracted) -> DimBounds {
    const auto numerator = split.atom->a.Minus(subtracted);
    const auto product = numerator ? numerator->Times(split.factor) : std::nullopt;
    const auto rest = split.rest.Times(divisor);
    const auto sum = product && rest ? rest->Plus(*product) : std::nullopt;
    return sum ? Bounds(*sum, splits) : DimBounds{};
  };
  DimBounds least = replaced(d - 1);
  DimBounds greatest = replaced(0);
  if (split.factor.constant() < 0) std::swap(least, greatest);
  DimBounds bounds;
  if (least.low) bounds.low = Ceil(*least.low, d);
  if (greatest.high) bounds.high = Floor(*greatest.high, d);
  return bounds;
}

DimBounds Bounds(const Dim& dim, int splits) {
  const DimBounds bounds = SumBounds(dim);
  if (splits == 0 || dim.is_static()) return bounds;
  const auto split = SplitAtFunction(dim);
  if (!split) return bounds;
  return Intersect(bounds, split->atom->kind == DimAtom::Kind::kFloor
                               ? BoundsAtFloor(*split, splits - 1)
                               : BoundsAtNegativePart(*split, splits - 1));
}

}  // namespace

DimBounds BoundsOf(const Dim& dim) { return Bounds(dim, kMaxSplits); }

std::optional<bool> IsEqual(const Dim& a, const Dim& b) {
  if (a == b) return true;
  const auto difference = a.Minus(b);
  if (!difference) return std::nullopt;
  const DimBounds bounds = BoundsOf(*difference);
  if ((bounds.low && *bounds.low > 0) || (bounds.high && *bounds.high < 0)) return false;
  return std::nullopt;
}

std::optional<bool> IsLess(const Dim& a, const Dim& b) {
  const auto not_less = IsLessOrEqual(b, a);
  return not_less ? std::optional(!*not_less) : std::nullopt;
}

std::optional<bool> IsLessOrEqual(const Dim& a, const Dim& b) {
  const auto difference = a.Minus(b);
  if (!difference) return std::nullopt;
  const DimBounds bounds = BoundsOf(*difference);
  if (bounds.high && *bounds.high <= 0) return true;
  if (bounds.low && *bounds.low > 0) return false;
  return std::nullopt;
}

bool IsNegative(const Dim& dim) {
  if (dim.is_static()) return dim.constant() < 0;
  const DimBounds bounds = BoundsOf(dim);
  return bounds.high && *bounds.high < 0;
}

bool IsNonNegative(const Dim& dim) {
  if (dim.is_static()) return dim.constant() >= 0;
  const DimBounds bounds = BoundsOf(dim);
  return bounds.low && *bounds.low >= 0;
}

}  // namespace octet::ir
