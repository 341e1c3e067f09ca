#include "ir/elementary_functions.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace octet::ir {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr double kHalfPi = 0x1.921fb54442d18p+0;
constexpr double kQuarterPi = 0x1.921fb54442d18p-1;
constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;
// pi / 2 in three parts (Cody and Waite, "Software Manual for the Elementary Functions", 1980). The
// first two have 33 bits, so that their multiples up to 2^20 are exact.
constexpr double kHalfPi1 = 0x1.921fb54400000p+0;
constexpr double kHalfPi2 = 0x1.0b4611a600000p-34;
constexpr double kHalfPi3 = 0x1.3198a2e037073p-69;
constexpr double kMaxCodyWaite = 0x1p20;
// The logarithm of 2 in two parts; the first has 32 bits.
constexpr double kLn2High = 0x1.62e42fee00000p-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kLog2E = 0x1.71547652b82fep+0;

// 2 / pi after a word of zeros. Bit i, counted from the top of the first word, weighs 2^(63 - i).
constexpr std::array<uint64_t, 21> kTwoOverPiBits = {
    0x0000000000000000ULL, 0xA2F9836E4E441529ULL, 0xFC2757D1F534DDC0ULL, 0xDB6295993C439041ULL,
    0xFE5163ABDEBBC561ULL, 0xB7246E3A424DD2E0ULL, 0x06492EEA09D1921CULL, 0xFE1DEB1CB129A73EULL,
    0xE88235F52EBB4484ULL, 0xE99C7026B45F7E41ULL, 0x3991D639835339F4ULL, 0x9C845F8BBDF9283BULL,
    0x1FF897FFDE05980FULL, 0xEF2F118B5A0A6D1FULL, 0x6D367ECF27CB09B7ULL, 0x4F463F669E5FEA2DULL,
    0x7527BAC7EBE5F17BULL, 0x3D0739F78A5292EAULL, 0x6BFB5FB11F8D5D08ULL, 0x56033046FC7B6BABULL,
    0xF0CFBC209AF4361DULL};

// The coefficients of a series, the constant one first.
template <size_t n>
double Polynomial(const std::array<double, n>& coefficients, double x) {
  double sum = coefficients[n - 1];
  for (size_t i = n - 1; i-- > 0;) sum = sum * x + coefficients[i];
  return sum;
}

// 1 / first!, -1 / (first + 2)!, 1 / (first + 4)! ...
template <size_t n>
constexpr std::array<double, n> AlternatingFactorials(int first) {
  std::array<double, n> coefficients{};
  double factorial = 1;
  for (int i = 2; i <= first; ++i) factorial *= i;
  for (size_t i = 0; i < n; ++i) {
    coefficients[i] = (i % 2 == 0 ? 1 : -1) / factorial;
    const int next = first + 2 * static_cast<int>(i) + 1;
    factorial *= next * (next + 1);
  }
  return coefficients;
}

template <size_t n>
constexpr std::array<double, n> Factorials() {
  std::array<double, n> coefficients{};
  double factorial = 1;
  for (size_t i = 0; i < n; ++i) {
    coefficients[i] = 1 / factorial;
    factorial *= static_cast<double>(i + 1);
  }
  return coefficients;
}

// sign^i / (2 i + 3): the series of the inverse tangent, or with sign 1 of the inverse hyperbolic
// tangent, without its first term.
template <size_t n>
constexpr std::array<double, n> OddReciprocals(int sign) {
  std::array<double, n> coefficients{};
  for (size_t i = 0; i < n; ++i) {
    coefficients[i] = (i % 2 == 0 ? 1 : sign) / static_cast<double>(2 * i + 3);
  }
  return coefficients;
}

// Taylor series; those of sine and the inverse tangents start after their first term. They are
// exact to 2^-57 or better where they are used: sine and cosine up to pi / 4, the exponential up to
// ln 2 / 2, the inverse tangents up to tan(pi / 8) and 3 - sqrt(8).
constexpr auto kSin = AlternatingFactorials<8>(3);
constexpr auto kCos = AlternatingFactorials<9>(2);
constexpr auto kExp = Factorials<14>();
constexpr auto kAtan = OddReciprocals<22>(-1);
constexpr auto kAtanh = OddReciprocals<11>(1);

// x = quadrant * pi / 2 + rest, modulo 2 pi, with |rest| up to about pi / 4.
struct Angle {
  unsigned quadrant;
  double rest;
};

// 64 bits of 2 / pi, starting with bit `first`.
uint64_t BitsFrom(unsigned first) {
  const unsigned word = first / 64;
  const unsigned shift = first % 64;
  const uint64_t high = kTwoOverPiBits[word] << shift;
  return shift == 0 ? high : high | kTwoOverPiBits[word + 1] >> (64 - shift);
}

// For x of 2^20 and above: multiplies x = m * 2^e by the 192 bits of 2 / pi that decide the
// quotient modulo 4 and its first fraction bits (Payne and Hanek, "Radian reduction for
// trigonometric functions", 1983).
Angle ReduceLarge(double x) {
  __extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): no __extension__
  const auto bits = std::bit_cast<uint64_t>(x);
  const uint64_t m = (bits & ((uint64_t{1} << 52) - 1)) | uint64_t{1} << 52;
  const int e = static_cast<int>(bits >> 52) - 1075;
  // The bit of 2 / pi that makes m * 2^e a multiple of 2 has the weight 2^(1 - e).
  const auto first = static_cast<unsigned>(62 + e);
  const Wide low = Wide{m} * BitsFrom(first + 128);
  const Wide middle = Wide{m} * BitsFrom(first + 64) + static_cast<uint64_t>(low >> 64);
  const uint64_t high = m * BitsFrom(first) + static_cast<uint64_t>(middle >> 64);
  // The two top bits are the quotient modulo 4, the others its fraction.
  auto quadrant = static_cast<unsigned>(high >> 62);
  const Wide product = Wide{high} << 64 | static_cast<uint64_t>(middle);
  Wide fraction = product << 2 | static_cast<uint64_t>(low) >> 62;
  const bool up = (fraction >> 127) != 0;
  if (up) {
    ++quadrant;
    fraction = -fraction;
  }
  const double value = static_cast<double>(static_cast<uint64_t>(fraction >> 64)) * 0x1p-64 +
                       static_cast<double>(static_cast<uint64_t>(fraction)) * 0x1p-128;
  return {quadrant, (up ? -value : value) * kHalfPi};
}

// For finite x >= 0.
Angle Reduce(double x) {
  if (x <= kQuarterPi) return {0, x};
  if (x >= kMaxCodyWaite) return ReduceLarge(x);
  const double n = std::floor(x * kTwoOverPi + 0.5);
  const double rest = ((x - n * kHalfPi1) - n * kHalfPi2) - n * kHalfPi3;
  return {static_cast<unsigned>(n), rest};
}

// sin(quadrant * pi / 2 + rest)
double SinOf(const Angle& angle) {
  const double z = angle.rest * angle.rest;
  const double value = angle.quadrant % 2 == 0 ? angle.rest - angle.rest * (z * Polynomial(kSin, z))
                                               : 1 - z * Polynomial(kCos, z);
  return angle.quadrant % 4 < 2 ? value : -value;
}

}  // namespace

double Sin(double x) {
  if (!std::isfinite(x)) return kNaN;
  const double sine = SinOf(Reduce(std::fabs(x)));
  return std::signbit(x) ? -sine : sine;
}

double Cos(double x) {
  if (!std::isfinite(x)) return kNaN;
  Angle angle = Reduce(std::fabs(x));
  ++angle.quadrant;
  return SinOf(angle);
}

// atan(x) = pi/2 - atan(1/x) above 1; from tan(pi/8) on pi/4 + atan((x - 1) / (x + 1)).
double Atan(double x) {
  if (std::isnan(x)) return x;
  const double magnitude = std::fabs(x);
  double rest = magnitude > 1 ? 1 / magnitude : magnitude;
  double angle = 0;
  constexpr double kTanEighthPi = 0x1.a827999fcef32p-2;
  if (rest > kTanEighthPi) {
    rest = (rest - 1) / (rest + 1);
    angle = kQuarterPi;
  }
  const double z = rest * rest;
  angle += rest - rest * (z * Polynomial(kAtan, z));
  if (magnitude > 1) angle = kHalfPi - angle;
  return std::copysign(angle, x);
}

// 2^k * exp(rest), with |rest| up to ln 2 / 2.
double Exp(double x) {
  if (std::isnan(x)) return x;
  if (x > 710) return kInfinity;
  if (x < -746) return 0;
  const double k = std::floor(x * kLog2E + 0.5);
  const double rest = (x - k * kLn2High) - k * kLn2Low;
  return std::ldexp(Polynomial(kExp, rest), static_cast<int>(k));
}

// k ln 2 + log(m), with m between sqrt(1/2) and sqrt(2): 2 atanh((m - 1) / (m + 1)).
double Log(double x) {
  if (std::isnan(x) || x < 0) return kNaN;
  if (x == 0) return -kInfinity;
  if (std::isinf(x)) return x;
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // in [1/2, 1)
  constexpr double kRootHalf = 0x1.6a09e667f3bcdp-1;
  if (m < kRootHalf) {
    m *= 2;
    --exponent;
  }
  const double k = exponent;
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  // Add the terms from small to large.
  const double small = 2 * s * (z * Polynomial(kAtanh, z)) + k * kLn2Low;
  return k * kLn2High + (2 * s + small);
}

double Pow(double x, double y) {
  if (y == 0 || x == 1) return 1;  // also for NaN
  if (std::isnan(x) || std::isnan(y)) return kNaN;
  const bool whole = y == std::trunc(y);
  if (std::signbit(x) && !whole && std::isfinite(x) && x != 0) return kNaN;
  const double magnitude = std::fabs(x);
  const double power = magnitude == 1 ? 1 : Exp(y * Log(magnitude));
  // Doubles of 2^53 and above are even.
  const bool odd = whole && std::fabs(y) < 0x1p53 && y != 2 * std::trunc(y / 2);
  return std::signbit(x) && odd ? -power : power;
}

}  // namespace octet::ir
