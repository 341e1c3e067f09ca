// Random expressions: the canonical form has the value of the original expression, can be printed
// and parsed again, and stays within its bounds.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

#include "ir/dim.h"
#include "ir/dim_bounds.h"

namespace octet::ir {
namespace {

constexpr int kSamples = 4;  // every expression is evaluated for so many values of the symbols

// An expression as a Dim, and its values, computed directly on integers.
struct Sample {
  std::optional<Dim> dim;
  std::optional<int64_t> values[kSamples];
};

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {
    for (SymbolBinding& binding : bindings_) {
      for (const char* name : {"b", "s", "q"}) binding[name] = Number(0, 40);
    }
  }

  const SymbolBinding& binding(int i) const { return bindings_[i]; }

  int64_t Number(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }

  Sample Leaf() {
    Sample sample;
    if (Number(0, 2) == 0) {
      const int64_t number = Number(-20, 20);
      sample.dim = Dim(number);
      std::ranges::fill(sample.values, number);
      return sample;
    }
    const char* name = std::array{"b", "s", "q"}[static_cast<size_t>(Number(0, 2))];
    sample.dim = Dim::Symbol(name);
    for (int i = 0; i < kSamples; ++i) sample.values[i] = bindings_[i].at(name);
    return sample;
  }

  Sample Expression(int depth) {
    if (depth == 0) return Leaf();
    const Sample x = Expression(depth - 1);
    const Sample y = Number(0, 1) == 0 ? Leaf() : Expression(depth - 1);
    Sample sample;
    if (!x.dim || !y.dim) return sample;
    const auto combine = [&](std::optional<Dim> dim, auto compute) {
      sample.dim = std::move(dim);
      for (int i = 0; i < kSamples; ++i) {
        if (x.values[i] && y.values[i]) sample.values[i] = compute(*x.values[i], *y.values[i]);
      }
    };
    using Value = std::optional<int64_t>;
    switch (Number(0, 5)) {
      case 0:
        combine(x.dim->Plus(*y.dim), [](int64_t a, int64_t b) -> Value { return a + b; });
        break;
      case 1:
        combine(x.dim->Minus(*y.dim), [](int64_t a, int64_t b) -> Value { return a - b; });
        break;
      case 2:
        combine(x.dim->Times(*y.dim), [](int64_t a, int64_t b) -> Value { return a * b; });
        break;
      case 3:
        combine(Dim::Min(*x.dim, *y.dim),
                [](int64_t a, int64_t b) -> Value { return std::min(a, b); });
        break;
      case 4:
        combine(Dim::Max(*x.dim, *y.dim),
                [](int64_t a, int64_t b) -> Value { return std::max(a, b); });
        break;
      default:
        combine(x.dim->FloorDividedBy(*y.dim), [](int64_t a, int64_t b) -> Value {
          if (b == 0) return std::nullopt;
          return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
        });
    }
    return sample;
  }

 private:
  std::mt19937_64 random_;
  SymbolBinding bindings_[kSamples];
};

TEST_CASE("random expressions keep their values in the canonical form") {
  int checked = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    INFO("seed ", seed);
    Generator generator(seed);
    const Sample sample = generator.Expression(static_cast<int>(1 + seed % 3));
    if (!sample.dim) continue;
    const std::string text = sample.dim->ToString();
    INFO(text);
    const DimBounds bounds = BoundsOf(*sample.dim);
    for (int i = 0; i < kSamples; ++i) {
      // A division by 0. The canonical form may not have it any more, so nothing is compared.
      if (!sample.values[i]) continue;
      const auto value = sample.dim->Evaluate(generator.binding(i));
      REQUIRE(value == sample.values[i]);
      REQUIRE((!bounds.low || *bounds.low <= *value));
      REQUIRE((!bounds.high || *bounds.high >= *value));
    }
    const auto parsed = Dim::Parse(text);
    REQUIRE_MESSAGE(parsed.ok(), parsed.status().ToString());
    REQUIRE(*parsed == *sample.dim);
    REQUIRE(parsed->ToString() == text);
    ++checked;
  }
  CHECK(checked > 2000);
}

TEST_CASE("random polynomials: products divide exactly, and equal ones compare equal") {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    INFO("seed ", seed);
    Generator generator(seed);
    const auto a = generator.Expression(2).dim;
    const auto b = generator.Expression(2).dim;
    if (!a || !b) continue;
    const auto product = a->Times(*b);
    if (!product || *b == Dim(0)) continue;
    REQUIRE(product == b->Times(*a));
    REQUIRE(product->DividedBy(*b) == a);
    REQUIRE(a->Plus(*b) == b->Plus(*a));
    REQUIRE(a->Plus(*b)->Minus(*b) == a);
    REQUIRE(Dim::Min(*a, *b)->Plus(*Dim::Max(*a, *b)) == a->Plus(*b));
  }
}

}  // namespace
}  // namespace octet::ir
