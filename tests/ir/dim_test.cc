#include "ir/dim.h"

#include <doctest/doctest.h>

#include <limits>

namespace octet::ir {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

Dim D(std::string_view text) {
  const auto dim = Dim::Parse(text);
  REQUIRE(dim.ok());
  return *dim;
}

TEST_CASE("a dim is a number or a sorted product") {
  CHECK_EQ(Dim().ToString(), "0");
  CHECK_EQ(Dim(64).ToString(), "64");
  CHECK_EQ(Dim::Symbol("b").ToString(), "b");
  CHECK_EQ(D("s*12*b").ToString(), "12*b*s");
  CHECK_EQ(D("-1*b").ToString(), "-1*b");
  CHECK_EQ(D("b*b").ToString(), "b*b");
  CHECK_EQ(D("2*3"), Dim(6));
  CHECK_EQ(D("0*b"), Dim(0));
  CHECK(D("1*b") == Dim::Symbol("b"));
  CHECK(D("64").is_static());
  CHECK_FALSE(D("64*b").is_static());
  CHECK_EQ(D("64*b").coefficient(), 64);
}

TEST_CASE("text that is no dim") {
  for (const char* text : {"", "*", "b*", "*b", "b**s", "b s", "1.5", "b-1", "1b", "+1", "é"}) {
    CAPTURE(text);
    CHECK(Dim::Parse(text).status().code() == StatusCode::kInvalidArgument);
  }
  CHECK_EQ(Dim::Parse("9223372036854775808").status().message(),
           "'9223372036854775808' is not a dimension: number out of range");
  CHECK_EQ(Dim::Parse("b+1").status().message(),
           "'b+1' is not a dimension: expected numbers and symbols");
}

TEST_CASE("products") {
  CHECK_EQ(D("2*b").Times(D("3*s")), D("6*b*s"));
  CHECK_EQ(D("s").Times(D("b*s")), D("b*s*s"));
  CHECK_EQ(D("b").Times(Dim(0)), Dim(0));
  CHECK_EQ(Dim(kMax).Times(Dim(2)), std::nullopt);
  CHECK_EQ(Dim(kMin).Times(Dim(-1)), std::nullopt);
}

TEST_CASE("quotients are exact or none") {
  CHECK_EQ(D("12*b*s").DividedBy(D("4*s")), D("3*b"));
  CHECK_EQ(D("b*s*s").DividedBy(D("s")), D("b*s"));
  CHECK_EQ(D("b").DividedBy(D("b")), Dim(1));
  CHECK_EQ(Dim(0).DividedBy(D("b")), Dim(0));
  CHECK_EQ(D("12*b").DividedBy(Dim(5)), std::nullopt);
  CHECK_EQ(D("12*b").DividedBy(D("s")), std::nullopt);
  CHECK_EQ(D("s").DividedBy(D("s*s")), std::nullopt);
  CHECK_EQ(D("b").DividedBy(Dim(0)), std::nullopt);
  CHECK_EQ(Dim(kMin).DividedBy(Dim(-1)), std::nullopt);
}

TEST_CASE("the number under a binding") {
  const SymbolBinding binding = {{"b", 2}, {"s", 5}, {"big", kMax}};
  CHECK_EQ(D("3*b*s*s").Evaluate(binding), 150);
  CHECK_EQ(Dim(7).Evaluate({}), 7);
  CHECK_EQ(D("t").Evaluate(binding), std::nullopt);
  CHECK_EQ(D("b*big").Evaluate(binding), std::nullopt);
}

TEST_CASE("substitution") {
  CHECK_EQ(D("3*b*s").Substitute("s", D("2*t")), D("6*b*t"));
  CHECK_EQ(D("s*s").Substitute("s", Dim(4)), Dim(16));
  CHECK_EQ(D("b").Substitute("s", Dim(4)), D("b"));
  CHECK_EQ(D("4*s*s").Substitute("s", Dim(int64_t{1} << 31)), Dim(kMax));
}

}  // namespace
}  // namespace octet::ir
