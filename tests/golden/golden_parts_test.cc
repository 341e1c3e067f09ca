// The parts of the golden runner: execution and comparison.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "ir/text/parser.h"
#include "tests/golden/execute.h"

namespace octet::golden {
namespace {

using ir::DType;
using ir::Tensor;

Tensor Floats(const std::vector<float>& values) {
  return Tensor::FromVector(DType::kF32, {static_cast<int64_t>(values.size())}, values);
}

TEST_CASE("outputs agree within 1e-4, relative and absolute") {
  CHECK(CompareOutputs({Floats({1.0f, 0.0f})}, {Floats({1.00015f, 9e-5f})}).ok());
  CHECK_EQ(CompareOutputs({Floats({1.0f, 0.0f})}, {Floats({1.0f, 2e-4f})}).message(),
           "output 0: element 1 differs: 0.000000 before, 0.000200 after");
  CHECK_FALSE(CompareOutputs({Floats({100.0f})}, {Floats({100.02f})}).ok());
  CHECK(CompareOutputs({Floats({100.0f})}, {Floats({100.9f})}, 0.01f).ok());
  CHECK_FALSE(CompareOutputs({Floats({100.0f})}, {Floats({101.1f})}, 0.01f).ok());
}

TEST_CASE("NaN agrees with NaN only, infinity with itself") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  CHECK(CompareOutputs({Floats({nan, inf})}, {Floats({nan, inf})}).ok());
  CHECK_FALSE(CompareOutputs({Floats({nan})}, {Floats({1.0f})}).ok());
  CHECK_FALSE(CompareOutputs({Floats({1.0f})}, {Floats({nan})}).ok());
  CHECK_FALSE(CompareOutputs({Floats({inf})}, {Floats({1e30f})}).ok());
  CHECK_FALSE(CompareOutputs({Floats({1e30f})}, {Floats({inf})}).ok());
}

TEST_CASE("integers must agree exactly, and types and counts must be equal") {
  const Tensor a = Tensor::FromVector<int64_t>(DType::kI64, {2}, {1, 2});
  const Tensor b = Tensor::FromVector<int64_t>(DType::kI64, {2}, {1, 3});
  const Tensor c = Tensor::FromVector<int64_t>(DType::kI64, {1, 2}, {1, 2});
  CHECK(CompareOutputs({a}, {a}).ok());
  CHECK_EQ(CompareOutputs({a}, {b}).message(), "output 0: element 1 differs");
  CHECK_EQ(CompareOutputs({a}, {c}).message(), "output 0: i64[2] before, i64[1,2] after");
  CHECK_EQ(CompareOutputs({a}, {}).message(), "the number of outputs has changed");
}

TEST_CASE("inputs: masks are prefixes, integers index small tables") {
  const auto module =
      ir::Parse("graph(%mask: i64[b,s], %attention_mask: f32[b,s], %ids: i64[b,s]) {\n  return\n}");
  REQUIRE(module.ok());
  const auto inputs = RandomInputs(*module, {{"b", 2}, {"s", 5}}, 1);
  REQUIRE(inputs.ok());
  const std::vector<int64_t> expected = {1, 1, 1, 1, 0, 1, 1, 0, 0, 0};
  for (size_t i = 0; i < expected.size(); ++i) {
    CHECK_EQ((*inputs)[0].as<int64_t>()[i], expected[i]);
    CHECK_EQ((*inputs)[1].as<float>()[i], static_cast<float>(expected[i]));
    CHECK_GE((*inputs)[2].as<int64_t>()[i], 0);
    CHECK_LT((*inputs)[2].as<int64_t>()[i], 4);
  }
}

TEST_CASE("inputs: masks of other kinds") {
  const auto module =
      ir::Parse("graph(%mask: i32[b,s], %attention_mask: bool[b,s]) {\n  return\n}");
  REQUIRE(module.ok());
  CHECK_EQ(MaskKinds(*module).size(), 3);
  const auto check = [&](MaskKind kind, const std::vector<int32_t>& numbers,
                         const std::vector<uint8_t>& bools) {
    const auto inputs = RandomInputs(*module, {{"b", 4}, {"s", 3}}, 1, kind);
    REQUIRE(inputs.ok());
    CHECK(std::equal(numbers.begin(), numbers.end(), (*inputs)[0].as<int32_t>()));
    CHECK(std::equal(bools.begin(), bools.end(), (*inputs)[1].as<uint8_t>()));
  };
  check(MaskKind::kHoles, {1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0},
        {1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0});
  check(MaskKind::kValues, {1, 2, 0, 1, 1, 1, 1, 2, 0, 1, 1, 1}, std::vector<uint8_t>(12, 1));

  const auto plain = ir::Parse("graph(%x: i32[b,s]) {\n  return\n}");
  REQUIRE(plain.ok());
  CHECK_EQ(MaskKinds(*plain).size(), 1);
}

TEST_CASE("execution gives outputs, and is Unsupported for a constant without data") {
  const auto module = ir::Parse(
      "graph(%x: f32[b]) {\n  %0 = add %x, %x : f32[b]\n  %1 = neg %0 : f32[b]\n  return %1\n}");
  REQUIRE(module.ok());
  const auto outputs = Execute(*module, {Floats({1.0f, -3.0f})});
  REQUIRE(outputs.ok());
  CHECK(CompareOutputs({Floats({-2.0f, 6.0f})}, *outputs).ok());

  const auto opaque = ir::Parse(
      "graph() {\n  %0 = constant {value = hash(0123456789abcdef)} : f32[4]\n"
      "  %1 = neg %0 : f32[4]\n  return %1\n}");
  REQUIRE(opaque.ok());
  CHECK(Execute(*opaque, {}).status().code() == StatusCode::kUnsupported);
}

}  // namespace
}  // namespace octet::golden
