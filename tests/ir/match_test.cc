#include "ir/passes/match.h"

#include <doctest/doctest.h>

#include "ir/text/parser.h"

namespace octet::ir {
namespace {

// The module with this body.
Module ParseOk(const std::string& body) {
  auto module = Parse("graph(%x: f32[b,4], %y: f32[b,4]) {\n" + body + "\n}");
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  return *std::move(module);
}

// StripScale of operand 0 of the op that defines output 0.
Scaled Strip(const Module& module) {
  return StripScale(module.outputs()[0].value->def()->operand(0), module);
}

TEST_CASE("a scale is a chain of multiplications and divisions by numbers") {
  const Module module = ParseOk(R"(
  %two = constant {value = splat(2.0)} : f32[]
  %ten = constant {value = splat(10.0)} : f32[1,1]
  %0 = mul %two, %x : f32[b,4]
  %1 = div %0, %ten : f32[b,4]
  %2 = erf %1 : f32[b,4]
  return %2)");
  const Scaled scaled = Strip(module);
  CHECK_EQ(scaled.base, module.arguments()[0].get());
  CHECK_EQ(scaled.factor, 2.0 / 10.0);
}

// Each body has erf(%1), where %1 is not a plain multiple, so nothing is stripped.
TEST_CASE("a scale ends at a value that is not a plain multiple") {
  for (const char* body :
       {// Shared with another user.
        "%c = constant {value = splat(2.0)} : f32[]\n %1 = mul %x, %c : f32[b,4]\n"
        "%2 = erf %1 : f32[b,4]\n %3 = add %2, %1 : f32[b,4]\n return %2, %3",
        // An output.
        "%c = constant {value = splat(2.0)} : f32[]\n %1 = mul %x, %c : f32[b,4]\n"
        "%2 = erf %1 : f32[b,4]\n return %2, %1",
        // A number divided by x.
        "%c = constant {value = splat(2.0)} : f32[]\n %1 = div %c, %x : f32[b,4]\n"
        "%2 = erf %1 : f32[b,4]\n return %2",
        // A division by zero has no finite factor.
        "%c = constant {value = splat(0.0)} : f32[]\n %1 = div %x, %c : f32[b,4]\n"
        "%2 = erf %1 : f32[b,4]\n return %2",
        // The constant adds an axis.
        "%c = constant {value = splat(2.0)} : f32[1,1,1]\n %1 = mul %x, %c : f32[1,b,4]\n"
        "%2 = erf %1 : f32[1,b,4]\n return %2",
        // One factor for each column.
        "%c = constant {value = random(1)} : f32[4]\n %1 = mul %x, %c : f32[b,4]\n"
        "%2 = erf %1 : f32[b,4]\n return %2",
        // Not a constant.
        "%1 = mul %x, %y : f32[b,4]\n %2 = erf %1 : f32[b,4]\n return %2"}) {
    CAPTURE(body);
    const Module module = ParseOk(body);
    const Scaled scaled = Strip(module);
    CHECK_EQ(scaled.base, module.outputs()[0].value->def()->operand(0));
    CHECK_EQ(scaled.factor, 1.0);
  }
}

TEST_CASE("a scalar constant can have any rank and arithmetic type, but its data must be known") {
  const Module module = ParseOk(R"(
  %0 = constant {value = splat(0.5)} : f32[]
  %1 = constant {value = splat(0.25)} : f64[1,1]
  %2 = constant {value = splat(3.0)} : f32[2]
  %3 = constant {value = splat(3)} : i64[]
  %4 = constant {value = hash(0123456789abcdef)} : f32[]
  return %0, %1, %2, %3, %4, %x)");
  std::vector<std::optional<double>> found;
  for (const Output& output : module.outputs()) found.push_back(ScalarConstant(output.value));
  const std::vector<std::optional<double>> expected = {0.5, 0.25,         std::nullopt,
                                                       3.0, std::nullopt, std::nullopt};
  CHECK(found == expected);
  CHECK(IsScalarConstant(module.outputs()[0].value, 0.5000001));
  CHECK_FALSE(IsScalarConstant(module.outputs()[0].value, 0.51));
}

TEST_CASE("a row constant has one axis that is longer than 1, the last") {
  const Module module = ParseOk(R"(
  %0 = constant {value = random(1)} : f32[4]
  %1 = constant {value = random(1)} : f32[1,1,4]
  %2 = constant {value = random(1)} : f32[4,1]
  %3 = constant {value = random(1)} : f32[2,4]
  %4 = constant {value = splat(1.0)} : f32[]
  return %0, %1, %2, %3, %4, %x)");
  std::vector<bool> found;
  for (const Output& output : module.outputs()) found.push_back(IsRowConstant(output.value, 4));
  CHECK_EQ(found, std::vector<bool>{true, true, false, false, false, false});
}

}  // namespace
}  // namespace octet::ir
