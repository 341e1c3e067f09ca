// Compares the elementary functions with the C library's in long double, and checks special values.
#include "ir/elementary_functions.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace octet::ir {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The distance of y from the exact value, in units of the last place of the nearest double.
double Ulps(double y, long double exact) {
  const auto nearest = static_cast<double>(exact);
  const double ulp = std::nextafter(std::fabs(nearest), kInf) - std::fabs(nearest);
  return static_cast<double>(std::fabs(static_cast<long double>(y) - exact) /
                             static_cast<long double>(ulp));
}

using Function = double (*)(double);
using Exact = long double (*)(long double);

// The largest error over random numbers of either sign, with exponents from low to high.
double LargestError(Function function, Exact exact, double low, double high, bool negative = true) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(low, high);
  double largest = 0;
  for (int i = 0; i < 200000; ++i) {
    double x = std::exp2(exponent(random));
    if (negative && i % 2 != 0) x = -x;
    largest = std::max(largest, Ulps(function(x), exact(static_cast<long double>(x))));
  }
  return largest;
}

TEST_CASE("errors are below 3 units of the last place") {
  CHECK(LargestError(Sin, std::sin, -30, 20) < 3);
  CHECK(LargestError(Cos, std::cos, -30, 20) < 3);
  CHECK(LargestError(Atan, std::atan, -30, 60) < 3);
  CHECK(LargestError(Exp, std::exp, -30, 9.4) < 3);
  CHECK(LargestError(Log, std::log, -1000, 1000, false) < 3);
  CHECK(LargestError(Log, std::log, -0.5, 0.5, false) < 3);
}

// For large numbers the reduction needs more digits of pi than three doubles have. The expected
// values are the C library's, for the same double.
TEST_CASE("sine and cosine of large numbers") {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> exponent(20, 1023.9);
  double largest = 0;
  for (int i = 0; i < 100000; ++i) {
    const double x = std::exp2(exponent(random));
    largest = std::max({largest, std::fabs(Sin(x) - std::sin(x)), std::fabs(Cos(x) - std::cos(x))});
  }
  CHECK(largest < 0x1p-51);
  // The double that is nearest to a multiple of pi / 2.
  CHECK(Ulps(Cos(0x1.6ac5b262ca1ffp+849), -4.687165924254627611122582801963884e-19L) < 4);
}

// Rotary embeddings take the sine of positions times frequencies, in float.
TEST_CASE("rounded to float, the sine is within an ulp of the exact value") {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<float> uniform(-131072, 131072);
  for (int i = 0; i < 200000; ++i) {
    const float x = i % 3 == 0 ? std::bit_cast<float>(static_cast<uint32_t>(random()) & 0x7F7FFFFFu)
                               : uniform(random);
    const auto wide = static_cast<double>(x);
    const auto nearest = static_cast<float>(std::sin(wide));
    const auto sine = static_cast<float>(Sin(wide));
    const bool close = sine == nearest || sine == std::nextafter(nearest, 2.0f) ||
                       sine == std::nextafter(nearest, -2.0f);
    REQUIRE_MESSAGE(close, x);
  }
}

TEST_CASE("powers") {
  std::mt19937_64 random(4);
  std::uniform_real_distribution<double> base(0, 100);
  std::uniform_real_distribution<double> exponent(-20, 20);
  for (int i = 0; i < 100000; ++i) {
    const double x = base(random);
    const double y = exponent(random);
    const double exact = std::pow(x, y);
    REQUIRE(std::fabs(Pow(x, y) - exact) <= 1e-13 * exact);
  }
  // The special cases of Annex F of the C standard.
  for (const double x : {0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, kInf, -kInf, kNan}) {
    for (const double y : {0.0, 1.0, -1.0, 2.0, -3.0, 0.5, -0.5, 100.0, 101.0, kInf, -kInf, kNan}) {
      CAPTURE(x);
      CAPTURE(y);
      const double exact = std::pow(x, y);
      const double power = Pow(x, y);
      CHECK((std::isnan(exact)
                 ? std::isnan(power)
                 : std::fabs(power - exact) <= 1e-12 * std::fabs(exact) || power == exact));
      if (!std::isnan(exact)) CHECK(std::signbit(power) == std::signbit(exact));
    }
  }
}

TEST_CASE("special values") {
  for (const Function function : {Sin, Cos, Atan, Exp, Log}) CHECK(std::isnan(function(kNan)));
  CHECK(std::isnan(Sin(kInf)));
  CHECK(std::isnan(Cos(-kInf)));
  CHECK(std::signbit(Sin(-0.0)));
  CHECK(Cos(0) == 1);
  CHECK(Atan(kInf) == std::atan(kInf));
  CHECK(Atan(-kInf) == -std::atan(kInf));
  CHECK(std::signbit(Atan(-0.0)));
  CHECK(Exp(-kInf) == 0);
  CHECK(Exp(kInf) == kInf);
  CHECK(Exp(0) == 1);
  CHECK(Exp(710) == kInf);
  CHECK(Exp(-745.2) == 0);
  CHECK(Exp(-745) == std::exp(-745.0));
  CHECK(Log(0) == -kInf);
  CHECK(Log(-0.0) == -kInf);
  CHECK(Log(1) == 0);
  CHECK(Log(kInf) == kInf);
  CHECK(std::isnan(Log(-1)));
  CHECK(Log(0x1p-1074) == std::log(0x1p-1074));
}

// The hash changes if one operation is changed.
TEST_CASE("the bits are the same on every machine") {
  uint64_t hash = 0xCBF29CE484222325ULL;
  const auto add = [&](double y) { hash = (hash ^ std::bit_cast<uint64_t>(y)) * 0x100000001B3ULL; };
  for (int i = 1; i <= 2000; ++i) {
    const double x = 0.37 * i * i;
    for (const Function function : {Sin, Cos, Atan, Log}) add(function(x));
    add(Sin(x * 0x1p80));
    add(Exp(0.05 * i - 50));
  }
  CHECK(hash == 4498211123702182637ULL);
}

}  // namespace
}  // namespace octet::ir
