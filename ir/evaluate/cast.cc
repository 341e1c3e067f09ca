// Evaluation of Cast between all dtypes. Every result is defined, although ONNX leaves some open:
//   - integer to narrower integer keeps the low bits (two's complement);
//   - float to integer truncates toward zero; a number out of range becomes the nearest end of the
//     range, NaN becomes 0;
//   - to bool means "not zero", NaN is true; bool becomes 0 or 1;
//   - to a narrower float rounds to nearest, ties to even; too large a number becomes infinity.
#include <cmath>
#include <limits>

#include "ir/evaluate/internal.h"
#include "ir/half.h"

namespace octet::ir {
namespace {

struct Half {
  uint16_t bits;
};
struct BFloat16 {
  uint16_t bits;
};
struct Bool {
  uint8_t byte;
};

// Casting binary64 to a 16-bit float through binary32 would round twice. If the first rounding is
// to odd, the second gives the right result: 24 bits are more than 11 + 2 (Boldo and Melquiond,
// "When double rounding is odd").
float RoundToOdd(double x) {
  auto rounded = static_cast<float>(x);
  const auto back = static_cast<double>(rounded);
  if (std::isfinite(rounded) && back != x) {
    auto bits = std::bit_cast<uint32_t>(rounded);
    // Round toward zero, then set the last bit: some bit that was cut off was not zero.
    if (std::fabs(back) > std::fabs(x)) --bits;
    rounded = std::bit_cast<float>(bits | 1u);
  }
  return rounded;
}

// The same for integers: if any of the lowest 11 bits is set, bit 11 is set in their place.
double RoundToOdd(int64_t x) {
  constexpr int64_t kLowest = int64_t{1} << 11;
  if (x > -(int64_t{1} << 53) && x < int64_t{1} << 53) return static_cast<double>(x);
  const int64_t rest = x & (kLowest - 1);
  return static_cast<double>((x - rest) | (rest != 0 ? kLowest : 0));
}

template <typename To, typename From>
To FloatToInteger(From x) {
  // 2^(bits - sign), exact in From, is the first number above the range. The lowest number of the
  // range is its negative, or 0.
  constexpr From kEnd = static_cast<From>(std::numeric_limits<To>::max() / 2 + 1) * From{2};
  constexpr From kLowest = static_cast<From>(std::numeric_limits<To>::lowest());
  if (std::isnan(x)) return 0;
  if (x >= kEnd) return std::numeric_limits<To>::max();
  if (x < kLowest) return std::numeric_limits<To>::lowest();
  return static_cast<To>(x);
}

// Converts Half, BFloat16 and Bool to numbers; other types are numbers already.
template <typename From>
auto Load(From x) {
  if constexpr (std::is_same_v<From, Half>) {
    return HalfToFloat(x.bits);
  } else if constexpr (std::is_same_v<From, BFloat16>) {
    return BFloat16ToFloat(x.bits);
  } else if constexpr (std::is_same_v<From, Bool>) {
    return static_cast<uint8_t>(x.byte != 0 ? 1 : 0);
  } else {
    return x;
  }
}

template <typename To, typename Number>
To Convert(Number x) {
  if constexpr (std::is_same_v<To, Bool>) {
    return {static_cast<uint8_t>(x != Number{0} ? 1 : 0)};
  } else if constexpr (std::is_same_v<To, Half>) {
    // Integers beyond 2^53 become infinite in binary16, so converting through double is exact.
    if constexpr (std::is_same_v<Number, float>) return {FloatToHalf(x)};
    return {FloatToHalf(RoundToOdd(static_cast<double>(x)))};
  } else if constexpr (std::is_same_v<To, BFloat16>) {
    if constexpr (std::is_same_v<Number, float>) return {FloatToBFloat16(x)};
    if constexpr (std::is_integral_v<Number>) {
      return {FloatToBFloat16(RoundToOdd(RoundToOdd(static_cast<int64_t>(x))))};
    }
    return {FloatToBFloat16(RoundToOdd(static_cast<double>(x)))};
  } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<Number>) {
    return FloatToInteger<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

template <typename F>
void Visit(DType dtype, F f) {
  switch (dtype) {
    case DType::kF32:
      return f(std::type_identity<float>());
    case DType::kF16:
      return f(std::type_identity<Half>());
    case DType::kBf16:
      return f(std::type_identity<BFloat16>());
    case DType::kF64:
      return f(std::type_identity<double>());
    case DType::kI64:
      return f(std::type_identity<int64_t>());
    case DType::kI32:
      return f(std::type_identity<int32_t>());
    case DType::kI8:
      return f(std::type_identity<int8_t>());
    case DType::kU8:
      return f(std::type_identity<uint8_t>());
    case DType::kBool:
      return f(std::type_identity<Bool>());
  }
}

}  // namespace

Status EvaluateCast(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const int64_t n = context.output.num_elements();
  Visit(x.dtype, [&]<typename From>(std::type_identity<From>) {
    Visit(context.output.dtype, [&]<typename To>(std::type_identity<To>) {
      const From* in = x.as<From>();
      To* out = context.output.as<To>();
      for (int64_t i = 0; i < n; ++i) out[i] = Convert<To>(Load(in[i]));
    });
  });
  return {};
}

}  // namespace octet::ir
