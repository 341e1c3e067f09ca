#include "ir/graph.h"

#include <doctest/doctest.h>

#include "ir/rewriter.h"
#include "ir/text/parser.h"
#include "ir/text/printer.h"
#include "ir/verifier.h"

namespace octet::ir {
namespace {

Module ParseOk(std::string_view text) {
  auto module = Parse(text);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  return *std::move(module);
}

constexpr std::string_view kText = R"(stage core
graph(%x: f32[b,4], %w: f32[4,8]) {
  %bias = constant {value = splat(0.5)} : f32[8]
  %0 = linear %x, %w, %bias {activation = "gelu"} : f32[b,8] loc("/fc/MatMul", "fc")
  %1 = add %0, %0 : f32[b,8]
  return %1 as "logits", %0 as "hidden"
}
)";

TEST_CASE("attributes are in the order of their names, and a copy keeps what it has") {
  Attributes attributes = {{"c", int64_t{3}}, {"a", int64_t{1}}};
  const Attributes copy = attributes;
  CHECK(attributes.begin() == copy.begin());
  attributes.Set("b", 2.0);
  attributes.Set("c", int64_t{4});
  const auto names = [](const Attributes& all) {
    std::string text;
    for (const auto& [name, value] : all) text += name;
    return text;
  };
  CHECK(names(attributes) == "abc");
  CHECK(names(copy) == "ac");
  CHECK(std::get<double>(*attributes.Find("b")) == 2.0);
  CHECK(std::get<int64_t>(*attributes.Find("c")) == 4);
  CHECK(std::get<int64_t>(*copy.Find("c")) == 3);
  CHECK_FALSE(copy.contains("b"));
  CHECK(Attributes().empty());
  CHECK(Attributes().Find("a") == nullptr);
}

TEST_CASE("values know their definition, uses and constants") {
  const Module module = ParseOk(kText);
  const Op& bias = *module.ops().front();
  const Op& linear = **std::next(module.ops().begin());
  const Op& add = *module.ops().back();
  CHECK(module.arguments()[0]->is_argument());
  CHECK_EQ(module.arguments()[0]->name(), "x");
  CHECK_EQ(linear.operand(0), module.arguments()[0].get());
  CHECK_EQ(linear.result()->def(), &linear);
  CHECK_EQ(linear.string_attr("activation"), "gelu");
  CHECK(linear.FindAttribute("epsilon") == nullptr);
  CHECK_EQ(linear.location().node(), "/fc/MatMul");
  REQUIRE(bias.result()->constant() != nullptr);
  CHECK_EQ(bias.result()->constant()->as<float>()[7], 0.5f);
  CHECK(linear.result()->constant() == nullptr);
  REQUIRE_EQ(linear.result()->uses().size(), 2);
  CHECK(linear.result()->uses().front().user == &add);
  CHECK_EQ(linear.result()->uses().back().operand, 1);
  CHECK(module.IsOutput(linear.result()));
  CHECK_FALSE(module.IsOutput(bias.result()));
}

TEST_CASE("an error at an op names its node and module") {
  const Module module = ParseOk(kText);
  const Op& linear = **std::next(module.ops().begin());
  CHECK_EQ(linear.Error(Unsupported("no")).ToString(),
           "Unsupported: node '/fc/MatMul': module 'fc': no");
}

TEST_CASE("a clone has an equal graph of its own, and shares the constants") {
  Module module = ParseOk(kText);
  Module clone = module.Clone();
  REQUIRE(Verify(clone).ok());
  CHECK_EQ(Print(clone, {.locations = true}), Print(module, {.locations = true}));
  CHECK_EQ(clone.ops().front()->result()->constant()->as<float>(),
           module.ops().front()->result()->constant()->as<float>());

  const std::string before = Print(module);
  Rewriter rewriter(&clone);
  Op* add = clone.ops().back().get();
  REQUIRE(rewriter.Replace(add, {add->operand(0)}).ok());
  REQUIRE(Verify(clone).ok());
  CHECK_EQ(clone.ops().size(), 2);
  CHECK_EQ(Print(module), before);
}

TEST_CASE("a moved module keeps its graph") {
  Module module = ParseOk(kText);
  const std::string before = Print(module);
  Module moved = std::move(module);
  REQUIRE(Verify(moved).ok());
  CHECK_EQ(Print(moved), before);
}

TEST_CASE("an absent operand is cloned, and is not a use") {
  Module module = ParseOk(R"(stage core
graph(%x: f32[t,8], %w: f32[8,4], %r: f32[t,4]) {
  %0 = linear %x, %w, none, %r : f32[t,4]
  return %0
}
)");
  const Op& linear = *module.ops().front();
  CHECK_EQ(linear.num_operands(), 4);
  CHECK_EQ(linear.operand(2), nullptr);
  CHECK_EQ(linear.present_operands().size(), 3);
  REQUIRE(Verify(module).ok());
  const Module copy = module.Clone();
  REQUIRE(Verify(copy).ok());
  CHECK_EQ(Print(copy), Print(module));
  Rewriter rewriter(&module);
  REQUIRE(rewriter.SetOperand(module.ops().front().get(), 3, linear.operand(3)).ok());
  REQUIRE(Verify(module).ok());
}

}  // namespace
}  // namespace octet::ir
