#include <doctest/doctest.h>

#include <random>

#include "ir/rewriter.h"
#include "ir/text/parser.h"
#include "ir/text/printer.h"
#include "ir/verifier.h"

// Cases that need only one text are in tests/golden/ir: syntax.ir and parse_errors.ir.
namespace octet::ir {
namespace {

TEST_CASE("locations are printed when asked for, and read back") {
  const std::string text =
      "graph(%x: f32[b]) {\n"
      "  %0 = neg %x : f32[b] loc(\"/bert/Neg\", \"bert\")\n"
      "  %1 = abs %0 : f32[b] loc(\"\", \"bert\")\n"
      "  %2 = abs %1 : f32[b]\n"
      "  return %2\n"
      "}\n";
  const auto module = Parse(text);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK_EQ(Print(*module, {.locations = true}), text);
  CHECK_EQ(Print(*module).find("loc"), std::string::npos);
}

TEST_CASE("equal names are made unique, even if the new name is taken") {
  Module module;
  Value* x = module.AddArgument("x", {DType::kF32, {}});
  Rewriter rewriter(&module);
  Value* value = x;
  for (const char* name : {"x", "y", "y", "y_1", "x", ""}) {
    value = *rewriter.CreateValue(OpKind::kNeg, {value});
    rewriter.SetName(value, name);
  }
  module.AddOutput("out", value);
  const std::string text = Print(module);
  CHECK_EQ(text,
           "graph(%x: f32[]) {\n"
           "  %x_1 = neg %x : f32[]\n"
           "  %y = neg %x_1 : f32[]\n"
           "  %y_1 = neg %y : f32[]\n"
           "  %y_1_1 = neg %y_1 : f32[]\n"
           "  %x_2 = neg %y_1_1 : f32[]\n"
           "  %0 = neg %x_2 : f32[]\n"
           "  return %0 as \"out\"\n"
           "}\n");
  const auto again = Parse(text);
  REQUIRE(again.ok());
  CHECK_EQ(Print(*again), text);
}

TEST_CASE("one op prints as a line") {
  Module module;
  Value* x = module.AddArgument("x", {DType::kF32, {Dim::Symbol("b"), 4}});
  Rewriter rewriter(&module);
  Op* op = *rewriter.Create(OpKind::kSoftmax, {x}, {{"axis", int64_t{1}}});
  CHECK_EQ(Print(*op), "%_ = softmax %x {axis = 1} : f32[b,4]");
  rewriter.SetName(op->result(), "p");
  CHECK_EQ(Print(*op), "%p = softmax %x {axis = 1} : f32[b,4]");
}

// A random chain of elementwise ops with random names, constants and locations.
Module RandomModule(std::mt19937_64& random) {
  Module module;
  std::vector<Value*> values;
  const Type type{DType::kF32, {Dim::Symbol("b"), 3}};
  for (int i = 0; i < 3; ++i) {
    values.push_back(module.AddArgument("arg" + std::to_string(i), type));
  }
  const auto pick = [&] { return values[random() % values.size()]; };
  const std::vector<std::string> names = {"", "", "v", "arg1", "7", "a b", "\"q\"", "n\n\x01", "é"};
  Rewriter rewriter(&module);
  for (int i = 0; i < 30; ++i) {
    rewriter.set_location({names[random() % names.size()], names[random() % names.size()]});
    Value* value = nullptr;
    switch (random() % 3) {
      case 0: {
        // Random bits give floats of every kind, NaN and subnormals among them.
        std::vector<uint32_t> bits(3);
        for (uint32_t& word : bits) word = static_cast<uint32_t>(random());
        value = *rewriter.Constant(Tensor::FromVector(DType::kF32, {1, 3}, bits));
        value = *rewriter.CreateValue(OpKind::kAdd, {pick(), value});
        break;
      }
      case 1:
        value = *rewriter.CreateValue(OpKind::kMul, {pick(), pick()});
        break;
      default:
        value = *rewriter.CreateValue(OpKind::kNeg, {pick()});
    }
    rewriter.SetName(value, names[random() % names.size()]);
    values.push_back(value);
  }
  module.AddOutput("é \"x\"", values.back());
  module.AddOutput("output_1", pick());
  return module;
}

TEST_CASE("print, parse, print gives the same text") {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const Module module = RandomModule(random);
    const std::string text = Print(module, {.locations = true});
    CAPTURE(text);
    const auto parsed = Parse(text);
    REQUIRE_MESSAGE(parsed.ok(), parsed.status().ToString());
    REQUIRE_EQ(Print(*parsed, {.locations = true}), text);
  }
}

TEST_CASE("constants are printed and parsed back to the same bits") {
  std::mt19937_64 random(3);
  int compared = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto bits = static_cast<uint32_t>(random());
    const Tensor tensor = Tensor::FromVector<uint32_t>(DType::kF32, {1}, {bits});
    const auto module = Parse("graph() {\n  %0 = constant {value = " + tensor.Describe() +
                              "} : f32[1]\n  return\n}");
    REQUIRE(module.ok());
    const Tensor& parsed = *module->ops().front()->result()->constant();
    if (!parsed.has_data()) continue;  // a NaN with a payload, known by its hash only
    ++compared;
    CAPTURE(bits);
    REQUIRE_EQ(parsed.as<uint32_t>()[0], bits);
  }
  CHECK_GT(compared, 1900);
}

TEST_CASE("damaged text is an error or a module that prints, never a crash") {
  std::mt19937_64 source(11);
  const std::string text = Print(RandomModule(source), {.locations = true});
  int errors = 0;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::string damaged = text;
    for (uint64_t i = random() % 3 + 1; i > 0; --i) {
      const size_t at = random() % damaged.size();
      switch (random() % 3) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged.erase(at, random() % 20);
          break;
        default:
          damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 20));
      }
    }
    const auto module = Parse(damaged);
    if (!module.ok()) {
      ++errors;
      CHECK(module.status().code() == StatusCode::kInvalidArgument);
      CHECK_GT(module.status().place().line, 0);
    } else {
      const auto again = Parse(Print(*module));
      REQUIRE_MESSAGE(again.ok(), again.status().ToString());
    }
  }
  CHECK_GT(errors, 1000);
}

}  // namespace
}  // namespace octet::ir
