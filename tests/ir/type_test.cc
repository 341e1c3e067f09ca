#include "ir/type.h"

#include <doctest/doctest.h>

#include <limits>

#include "ir/half.h"

namespace octet::ir {
namespace {

const Dim kB = Dim::Symbol("b");

TEST_CASE("dtypes have a name and a size") {
  const std::vector<std::pair<std::string_view, size_t>> expected = {
      {"f32", 4}, {"f16", 2}, {"bf16", 2}, {"f64", 8}, {"i64", 8},
      {"i32", 4}, {"i8", 1},  {"u8", 1},   {"bool", 1}};
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto dtype = static_cast<DType>(i);
    CHECK_EQ(DTypeName(dtype), expected[i].first);
    CHECK_EQ(DTypeSize(dtype), expected[i].second);
    CHECK(ParseDType(expected[i].first) == dtype);
  }
  CHECK_FALSE(ParseDType("float"));
  CHECK(IsFloat(DType::kF16));
  CHECK_FALSE(IsFloat(DType::kI32));
  CHECK(IsInteger(DType::kU8));
  CHECK_FALSE(IsInteger(DType::kBool));
}

TEST_CASE("shapes are printed, evaluated and multiplied") {
  const Shape shape = {kB, Dim(12), Dim(64)};
  CHECK_EQ((Type{DType::kF32, shape}.ToString()), "f32[b,12,64]");
  CHECK_EQ(ToString(Shape{}), "[]");
  CHECK_EQ(*EvaluateShape(shape, {{"b", 3}}), std::vector<int64_t>{3, 12, 64});
  CHECK_EQ(NumElements(shape)->ToString(), "768*b");
  CHECK_FALSE(NumElements({Dim(int64_t{1} << 62), Dim(2)}));
  CHECK_FALSE(StaticShape(shape));
  CHECK_EQ(*StaticShape({Dim(2), Dim(3)}), std::vector<int64_t>{2, 3});
}

TEST_CASE("shapes that cannot be evaluated") {
  CHECK_EQ(EvaluateShape({kB}, {}).status().message(),
           "dimension 'b' has a symbol without a value, or is too large");
  CHECK_EQ(EvaluateShape({Dim(-1)}, {}).status().message(), "dimension '-1' is -1");
}

TEST_CASE("sizes are checked") {
  const int64_t big = int64_t{1} << 31;
  CHECK_EQ(*CheckedByteSize(std::vector<int64_t>{2, 3}, DType::kI64), 48);
  CHECK_EQ(*CheckedNumElements({}), 1);
  CHECK(CheckedNumElements(std::vector<int64_t>{big, big, 2}).status().code() ==
        StatusCode::kResourceLimit);
  CHECK(CheckedNumElements(std::vector<int64_t>{big, big}).ok());
  CHECK_EQ(CheckedByteSize(std::vector<int64_t>{big, big}, DType::kF32).status().message(),
           "the number of bytes does not fit in 63 bits");
  CHECK_EQ(CheckedNumElements(std::vector<int64_t>{-1}).status().message(),
           "negative dimension -1");
}

TEST_CASE("a binary16 number converted to binary32 and back is the same number") {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const bool is_nan = (half & 0x7FFFu) > 0x7C00u;
    // A signalling NaN becomes quiet.
    const uint16_t expected = is_nan ? static_cast<uint16_t>(half | 0x200u) : half;
    if (FloatToHalf(HalfToFloat(half)) != expected) FAIL("half bits " << bits);
  }
}

TEST_CASE("binary32 rounds to the nearest binary16, ties to even") {
  CHECK_EQ(FloatToHalf(1.0f), 0x3C00);
  CHECK_EQ(FloatToHalf(1.0f + 0x1p-11f), 0x3C00);
  CHECK_EQ(FloatToHalf(1.0f + 0x3p-11f), 0x3C02);
  CHECK_EQ(FloatToHalf(65519.996f), 0x7BFF);
  CHECK_EQ(FloatToHalf(65520.0f), 0x7C00);
  CHECK_EQ(FloatToHalf(-std::numeric_limits<float>::infinity()), 0xFC00);
  CHECK_EQ(FloatToHalf(0x1p-25f), 0x0000);
  CHECK_EQ(FloatToHalf(0x1.8p-25f), 0x0001);
  CHECK_EQ(FloatToHalf(-0x1p-24f), 0x8001);
  CHECK_EQ(FloatToHalf(0x1p-14f - 0x1p-26f), 0x0400);
}

}  // namespace
}  // namespace octet::ir
