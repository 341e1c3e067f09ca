#include "ir/dim.h"

#include <doctest/doctest.h>

#include <limits>

#include "ir/dim_bounds.h"

namespace octet::ir {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

Dim D(std::string_view text) {
  const auto dim = Dim::Parse(text);
  INFO(text, ": ", dim.status().ToString());
  REQUIRE(dim.ok());
  return *dim;
}

// The text of the dim, as it is printed.
std::string Canonical(std::string_view text) { return D(text).ToString(); }

TEST_CASE("numbers, symbols and products") {
  CHECK_EQ(Dim().ToString(), "0");
  CHECK_EQ(Dim(64).ToString(), "64");
  CHECK_EQ(Dim(kMin).ToString(), "-9223372036854775808");
  CHECK_EQ(Dim::Symbol("b").ToString(), "b");
  CHECK_EQ(Canonical("s*12*b"), "12*b*s");
  CHECK_EQ(Canonical("-1*b"), "-1*b");
  CHECK_EQ(Canonical("-b"), "-1*b");
  CHECK_EQ(Canonical("b*b"), "b*b");
  CHECK_EQ(D("2*3"), Dim(6));
  CHECK_EQ(D("0*b"), Dim(0));
  CHECK(D("1*b") == Dim::Symbol("b"));
  CHECK(D("64").is_static());
  CHECK_FALSE(D("64*b").is_static());
  CHECK_EQ(D("64").constant(), 64);
  CHECK(D("b").is_symbol());
  CHECK_FALSE(D("2*b").is_symbol());
  CHECK_FALSE(D("1 + b").is_symbol());
  CHECK(D("s*b + b + min(q, 3)").symbols() == std::vector<std::string_view>{"b", "q", "s"});
}

TEST_CASE("sums are polynomials in one order") {
  CHECK_EQ(Canonical("s + 1"), "1 + s");
  CHECK_EQ(Canonical("1+s"), "1 + s");
  CHECK_EQ(Canonical("s-2"), "s - 2");
  CHECK_EQ(Canonical("-2 + s"), "s - 2");
  CHECK_EQ(Canonical("2 - s"), "2 - s");
  CHECK_EQ(Canonical("-2 - s"), "-1*s - 2");
  CHECK_EQ(Canonical("-2*s - 2"), "-2*s - 2");
  CHECK_EQ(Canonical("s + s"), "2*s");
  CHECK_EQ(Canonical("(1 + s) - s"), "1");
  CHECK_EQ(Canonical("b*(1 + s)*4"), "4*b + 4*b*s");
  CHECK_EQ(Canonical("(b + s)*(b - s)"), "b*b - s*s");
}

TEST_CASE("equal expressions of min and max have one form") {
  CHECK_EQ(Canonical("min(s, 16)"), "min(s, 16)");
  CHECK_EQ(Canonical("min(16, s)"), "min(s, 16)");
  CHECK_EQ(Canonical("max(s - 16, 0)"), "max(s - 16, 0)");
  CHECK_EQ(Canonical("s - max(s - 16, 0)"), "min(s, 16)");
  CHECK_EQ(Canonical("s + min(0, 16 - s)"), "min(s, 16)");
  CHECK_EQ(Canonical("2 + min(s, 16)"), "min(2 + s, 18)");
  CHECK_EQ(Canonical("min(2*s, 32)"), "2*min(s, 16)");
  CHECK_EQ(Canonical("32*b*min(s, 16)"), "32*b*min(s, 16)");
  CHECK_EQ(Canonical("min(s, 16)*b*32"), "32*b*min(s, 16)");
  CHECK_EQ(Canonical("min(s, 16) + max(s, 16)"), "16 + s");
  CHECK_EQ(Canonical("min(s, s + 1)"), "s");
  CHECK_EQ(Canonical("max(0, s)"), "s");
  CHECK_EQ(Canonical("min(b, s, 4)"), Canonical("min(min(b, s), 4)"));
  CHECK_EQ(Canonical("min(min(s, 16), 16)"), "min(s, 16)");
  CHECK_EQ(Canonical("min(s, 16) + min(b, 4)"), Canonical("min(b, 4) + min(s, 16)"));
}

TEST_CASE("floor division extracts the part that divides exactly") {
  CHECK_EQ(Canonical("floor(s / 2)"), "floor(s / 2)");
  CHECK_EQ(Canonical("floor(7 / 2)"), "3");
  CHECK_EQ(Canonical("floor(-7 / 2)"), "-4");
  CHECK_EQ(Canonical("floor(2*s / 2)"), "s");
  CHECK_EQ(Canonical("floor((2*s + 1) / 2)"), "s");
  CHECK_EQ(Canonical("floor((3*s + 5) / 2)"), "2 + s + floor((1 + s) / 2)");
  CHECK_EQ(Canonical("floor((4*s + 6) / 8)"), "floor((1 + s) / 2)");
  CHECK_EQ(Canonical("floor(floor(s / 2) / 3)"), "floor(s / 6)");
  CHECK_EQ(Canonical("floor(s / -2)"), Canonical("floor(-s / 2)"));
  CHECK_EQ(Canonical("floor(b*s / s)"), "b");
  CHECK_EQ(Canonical("floor(b / s)"), "floor(b / s)");
  CHECK_EQ(D("s").CeilDividedBy(16), D("floor((s + 15) / 16)"));
  CHECK_EQ(D("16*s").CeilDividedBy(16), D("s"));
  CHECK_EQ(D("7").CeilDividedBy(2), Dim(4));
  CHECK_EQ(D("b").FloorDividedBy(0), std::nullopt);
}

TEST_CASE("text that is not a dim") {
  for (const char* text : {"",
                           "*",
                           "b*",
                           "*b",
                           "b**s",
                           "b s",
                           "1.5",
                           "1b",
                           "+1",
                           "é",
                           "b +",
                           "(b",
                           "b)",
                           "min(b, s",
                           "min b",
                           "--b",
                           "f(b)",
                           "floor(b)",
                           "floor(b, 2)",
                           "min(b / 2)",
                           "floor(b / 0)",
                           "floor(1 + b / 2)"}) {
    CAPTURE(text);
    CHECK(Dim::Parse(text).status().code() == StatusCode::kInvalidArgument);
  }
  CHECK_EQ(Dim::Parse("9223372036854775808").status().message(),
           "'9223372036854775808' is not a dimension: number out of range");
  CHECK_EQ(Dim::Parse("b s").status().message(),
           "'b s' is not a dimension: expected numbers and symbols");
  CHECK_EQ(D("-9223372036854775808"), Dim(kMin));
}

TEST_CASE("expressions have a limited size and depth") {
  std::string sum = "a0";
  for (int i = 1; i < 200; ++i) sum += " + a" + std::to_string(i);
  CHECK_EQ(Dim::Parse(sum).status().code(), StatusCode::kInvalidArgument);
  std::string nested = "s";
  for (int i = 0; i < 100; ++i) nested = "min(b*" + nested + ", " + std::to_string(100 + i) + ")";
  CHECK_EQ(Dim::Parse(nested).status().code(), StatusCode::kInvalidArgument);
  CHECK_EQ(Dim::Parse(std::string(100000, '(')).status().code(), StatusCode::kInvalidArgument);
  // Repeated squaring ends at the limit.
  std::optional<Dim> power = D("1 + b + s");
  int squarings = 0;
  for (; power; ++squarings) power = power->Times(*power);
  CHECK(squarings < 8);
}

TEST_CASE("sums, differences and products") {
  CHECK_EQ(D("1 + s").Plus(D("b - 1")), D("b + s"));
  CHECK_EQ(D("1 + s").Minus(D("1 + s")), Dim(0));
  CHECK_EQ(D("2*b").Times(D("3*s")), D("6*b*s"));
  CHECK_EQ(D("s").Times(D("b*s")), D("b*s*s"));
  CHECK_EQ(D("b").Times(Dim(0)), Dim(0));
  CHECK_EQ(Dim(kMax).Times(Dim(2)), std::nullopt);
  CHECK_EQ(Dim(kMin).Times(Dim(-1)), std::nullopt);
  CHECK_EQ(Dim(kMax).Plus(1), std::nullopt);
  CHECK_EQ(Dim(kMin).Minus(1), std::nullopt);
}

TEST_CASE("a division that is not exact has no result") {
  CHECK_EQ(D("12*b*s").DividedBy(D("4*s")), D("3*b"));
  CHECK_EQ(D("b*s*s").DividedBy(D("s")), D("b*s"));
  CHECK_EQ(D("b").DividedBy(D("b")), Dim(1));
  CHECK_EQ(Dim(0).DividedBy(D("b")), Dim(0));
  CHECK_EQ(D("64*b + 64*b*s").DividedBy(D("64*b")), D("1 + s"));
  CHECK_EQ(D("64*b + 64*b*s").DividedBy(D("1 + s")), D("64*b"));
  CHECK_EQ(D("b*b - s*s").DividedBy(D("b + s")), D("b - s"));
  CHECK_EQ(D("32*b*min(s, 16)").DividedBy(D("b*min(s, 16)")), Dim(32));
  CHECK_EQ(D("64*b + 64*b*s").DividedBy(D("2 + s")), std::nullopt);
  CHECK_EQ(D("12*b").DividedBy(Dim(5)), std::nullopt);
  CHECK_EQ(D("12*b").DividedBy(D("s")), std::nullopt);
  CHECK_EQ(D("s").DividedBy(D("s*s")), std::nullopt);
  CHECK_EQ(D("b").DividedBy(Dim(0)), std::nullopt);
  CHECK_EQ(Dim(kMin).DividedBy(Dim(-1)), std::nullopt);
}

TEST_CASE("the value for given values of the symbols") {
  const SymbolBinding binding = {{"b", 2}, {"s", 5}, {"big", kMax}};
  CHECK_EQ(D("3*b*s*s").Evaluate(binding), 150);
  CHECK_EQ(Dim(7).Evaluate(SymbolBinding()), 7);
  CHECK_EQ(D("1 + s").Evaluate(binding), 6);
  CHECK_EQ(D("b - s").Evaluate(binding), -3);
  CHECK_EQ(D("min(s, 3)").Evaluate(binding), 3);
  CHECK_EQ(D("max(s, 30)").Evaluate(binding), 30);
  CHECK_EQ(D("floor(s / 2)").Evaluate(binding), 2);
  CHECK_EQ(D("floor((b - s) / 2)").Evaluate(binding), -2);
  CHECK_EQ(D("floor(s / (b - 2))").Evaluate(binding), std::nullopt);
  CHECK_EQ(D("t").Evaluate(binding), std::nullopt);
  CHECK_EQ(D("b*big").Evaluate(binding), std::nullopt);
  CHECK_EQ(D("b + big").Evaluate(binding), std::nullopt);
}

TEST_CASE("substitution") {
  CHECK_EQ(D("3*b*s").Substitute("s", D("2*t")), D("6*b*t"));
  CHECK_EQ(D("s*s").Substitute("s", Dim(4)), Dim(16));
  CHECK_EQ(D("b").Substitute("s", Dim(4)), D("b"));
  CHECK_EQ(D("min(s, 16)").Substitute("s", D("s - 1")), D("min(s, 17) - 1"));
  CHECK_EQ(D("floor(s / 2)").Substitute("s", D("2*b")), D("b"));
  CHECK_EQ(D("4*s*s").Substitute("s", Dim(int64_t{1} << 31)), std::nullopt);
}

TEST_CASE("factor * symbol + offset") {
  const Dim dim = D("2*s + 1");
  const auto linear = dim.AsLinear();
  REQUIRE(linear);
  CHECK(*linear->symbol == "s");
  CHECK(linear->factor == 2);
  CHECK(linear->offset == 1);
  for (const char* text : {"3", "b*s", "s*s", "b + s", "min(s, 2)"})
    CHECK_FALSE(D(text).AsLinear());
}

// "1", "0", or "?" when it depends on the symbols.
std::string Text(std::optional<bool> truth) { return truth ? (*truth ? "1" : "0") : "?"; }

TEST_CASE("a comparison is decided if all values of the symbols give the same result") {
  struct Row {
    std::string x, y, equal, less, less_or_equal;
  };
  const Row rows[] = {
      {"s", "1 + s", "0", "1", "1"},
      {"1 + s", "1", "?", "0", "?"},
      {"min(s, 16)", "s", "?", "?", "1"},
      {"min(s, 16)", "17", "0", "1", "1"},
      {"max(s - 16, 0)", "s", "?", "?", "1"},
      {"floor(s / 2)", "s", "?", "?", "1"},
      {"floor(s / 2) + 1", "1 + s", "?", "?", "1"},
      {"2*floor(s / 2)", "s + 1", "0", "1", "1"},
      {"b*min(s, 16)", "b*s", "?", "?", "1"},
      {"b*min(s, 16)", "-1", "0", "0", "0"},
      {"floor(b / s)", "-1", "0", "0", "0"},
      {"b*s", "s", "?", "?", "?"},
  };
  for (const Row& row : rows) {
    INFO(row.x, " against ", row.y);
    CHECK(Text(IsEqual(D(row.x), D(row.y))) == row.equal);
    CHECK(Text(IsLess(D(row.x), D(row.y))) == row.less);
    CHECK(Text(IsLessOrEqual(D(row.x), D(row.y))) == row.less_or_equal);
  }
  CHECK(IsNegative(D("-1 - s")));
  CHECK_FALSE(IsNegative(D("s - 1")));
  CHECK(IsNonNegative(D("min(s, 16)*b*32")));
  CHECK_FALSE(IsNonNegative(D("s - 1")));
}

}  // namespace
}  // namespace octet::ir
