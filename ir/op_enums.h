// The enums that attributes of ops hold (ENUM in ops.def), and their names in the text form.
#ifndef OCTET_IR_OP_ENUMS_H_
#define OCTET_IR_OP_ENUMS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace octet::ir {

// What a linear layer applies to its sums. Each value but kNone has the name of the op that does
// the same.
enum class Activation : uint8_t { kNone, kRelu, kGelu, kTanh };

// The arithmetic of attention's two products. docs/numerics.md says what kBf16 gives up and how
// large its error is.
enum class AttentionPrecision : uint8_t {
  kF32,   // the same bits everywhere
  kBf16,  // bfloat16 operands, float sums: faster, less exact, only with AVX512_BF16
};

// How an update combines with the element it is written to. kNone replaces the element. Integers
// wrap; min and max with a NaN give NaN.
enum class Reduction : uint8_t { kNone, kAdd, kMul, kMin, kMax };

// The names of the values of an enum, in its order.
template <typename Enum>
struct EnumNames;
template <>
struct EnumNames<Activation> {
  static constexpr std::array<std::string_view, 4> kNames = {"none", "relu", "gelu", "tanh"};
};
template <>
struct EnumNames<AttentionPrecision> {
  static constexpr std::array<std::string_view, 2> kNames = {"f32", "bf16"};
};

template <>
struct EnumNames<Reduction> {
  static constexpr std::array<std::string_view, 5> kNames = {"none", "add", "mul", "min", "max"};
};

template <typename Enum>
constexpr std::string_view EnumName(Enum value) {
  return EnumNames<Enum>::kNames[static_cast<size_t>(value)];
}

// The value called `name`; nullopt when there is none.
template <typename Enum>
constexpr std::optional<Enum> FindEnum(std::string_view name) {
  constexpr auto& names = EnumNames<Enum>::kNames;
  const auto it = std::ranges::find(names, name);
  if (it == names.end()) return std::nullopt;
  return static_cast<Enum>(it - names.begin());
}

}  // namespace octet::ir

#endif  // OCTET_IR_OP_ENUMS_H_
