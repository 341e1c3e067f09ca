#include "ir/verifier.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "ir/rewriter.h"
#include "ir/text/parser.h"

// The rewriter and the parser refuse wrong graphs, so these tests write into the graph directly.
// The objects themselves are not const, so const_cast may remove the const of the accessors.
namespace octet::ir {
namespace {

template <typename T>
T& Mutable(const T& value) {
  return const_cast<T&>(value);
}

Module Valid() {
  auto module = Parse(R"(graph(%x: f32[b,4], %y: f32[b,4]) {
    %0 = add %x, %y : f32[b,4] loc("/Add", "bert")
    %1 = softmax %0 {axis = 1} : f32[b,4]
    %2 = neg %1 : f32[b,4]
    return %2
  })");
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  REQUIRE(Verify(*module).ok());
  return *std::move(module);
}

Op& OpAt(const Module& module, int i) { return **std::next(module.ops().begin(), i); }
Op& Add(const Module& module) { return OpAt(module, 0); }
Op& Softmax(const Module& module) { return OpAt(module, 1); }

std::string Error(const Module& module) {
  const Status status = Verify(module);
  CHECK((status.ok() || status.code() == StatusCode::kInternal));
  return status.ToString();
}

TEST_CASE("names of arguments and outputs") {
  Module module = Valid();
  module.AddArgument("x", {DType::kF32, {}});
  CHECK_EQ(Error(module), "Internal: two arguments are called 'x'");
  module = Valid();
  module.AddArgument("", {DType::kF32, {}});
  CHECK_EQ(Error(module), "Internal: an argument has no name");
  module = Valid();
  module.AddArgument("z", {DType::kF32, {Dim(-3)}});
  CHECK_EQ(Error(module), "Internal: an argument has dimension -3");
  module = Valid();
  module.AddOutput("output_0", Add(module).result());
  CHECK_EQ(Error(module), "Internal: two outputs are called 'output_0'");
  module = Valid();
  module.AddOutput("", Add(module).result());
  CHECK_EQ(Error(module), "Internal: an output has no name");
  const Module other = Valid();
  module = Valid();
  module.AddOutput("foreign", Add(other).result());
  CHECK_EQ(Error(module), "Internal: output 'foreign' is not defined in the graph");
}

TEST_CASE("a symbol stands for one number of tokens, or one axis of an input") {
  // The parser verifies what it has read.
  const auto verify = [](const char* first, const char* second) {
    const std::string text = std::string(R"(stage core
      graph(%m: i64[b,s], %n: i64[b,s]) {
        %i, %b, %l = token_layout )") +
                             first + R"( : i64[t], i64[b], i64[b]
        %j, %c, %k = token_layout )" +
                             second + R"(], i64[b], i64[b]
        return %i, %j
      })";
    return Parse(text).status().ToString();
  };
  CHECK_EQ(verify("%m {symbol = \"t\"}", "%n {symbol = \"u\"} : i64[u"), "Ok");
  CHECK_EQ(verify("%m {symbol = \"t\"}", "%m {symbol = \"t\"} : i64[t"), "Ok");
  CHECK_EQ(verify("%m {symbol = \"t\"}", "%n {symbol = \"t\"} : i64[t"),
           "Internal: token_layout: symbol 't' is defined twice");
  CHECK_EQ(verify("%m {symbol = \"t\"}", "%n {symbol = \"s\"} : i64[s"),
           "Internal: token_layout: symbol 's' is defined twice");
}

TEST_CASE("an op may stand in its first stage and in later ones") {
  Module module = *Parse(R"(stage core
    graph(%mask: i64[b,s]) {
      %0, %1, %2 = token_layout %mask {symbol = "t"} : i64[t], i64[b], i64[b]
      return %0
    })");
  CHECK(Verify(module).ok());
  module.set_stage(Stage::kQuant);
  CHECK(Verify(module).ok());
  module.set_stage(Stage::kImport);
  CHECK_EQ(Error(module), "Internal: token_layout: token_layout may not stand in stage import");
}

TEST_CASE("definitions come before uses") {
  const Module module = Valid();
  auto& ops = Mutable(module.ops());
  ops.splice(ops.begin(), ops, std::next(ops.begin()));
  CHECK_EQ(Error(module), "Internal: softmax: operand 0 is not defined before it");
}

TEST_CASE("counts and kinds of operands and attributes") {
  Module module = Valid();
  Attributes& attributes = Mutable(Softmax(module).attributes());
  attributes.Set("axis", 1.0);
  CHECK_EQ(Error(module), "Internal: softmax: attribute 'axis' has the wrong kind");
  attributes = {};
  CHECK_EQ(Error(module), "Internal: softmax: attribute 'axis' is missing");
  attributes.Set("axis", int64_t{1});
  attributes.Set("axes", int64_t{1});
  CHECK_EQ(Error(module), "Internal: softmax: no attribute is called 'axes'");
}

TEST_CASE("only an optional operand may be absent, and not the last") {
  const Module module = *Parse(R"(stage core
    graph(%x: f32[b,4], %w: f32[4,4]) {
      %0 = linear %x, %w, none, %x : f32[b,4]
      return %0
    })");
  CHECK(Verify(module).ok());
  const Op& linear = OpAt(module, 0);
  Mutable(linear.operands()[3]) = nullptr;
  CHECK_EQ(Error(module), "Internal: linear: the last operand is absent");
  Mutable(linear.operands()[1]) = nullptr;
  CHECK_EQ(Error(module), "Internal: linear: operand 'weight' is absent");
}

TEST_CASE("types must be the inferred ones") {
  const Module module = Valid();
  Mutable(Add(module).result()->type()).shape[1] = 5;
  CHECK_EQ(
      Error(module),
      "Internal: node '/Add': module 'bert': add: result 0 has type f32[b,5], inferred f32[b,4]");
  const Module broken = Valid();
  Mutable(broken.arguments()[1]->type()).shape[1] = 5;
  CHECK(Error(broken).starts_with("Internal: node '/Add': module 'bert': add: "));
}

TEST_CASE("use lists match operands one to one") {
  const std::string at = "Internal: a value of type f32[b,4] ";
  {
    const Module module = Valid();
    Mutable(Add(module).result()->uses()).push_back({&Softmax(module), 0});
    CHECK_EQ(Error(module), at + "lists a use twice");
  }
  {
    const Module module = Valid();
    Mutable(Add(module).result()->uses()).clear();
    CHECK_EQ(Error(module), "Internal: an operand is missing from its use list");
  }
  for (const int operand : {-1, 0, 1, 2}) {
    // Slot 0 of add holds x and slot 1 holds y, so none of these is a use of add's own result.
    const Module module = Valid();
    Mutable(Add(module).result()->uses()).push_back({&Add(module), operand});
    CHECK_EQ(Error(module), at + "lists a use that does not exist");
  }
  {
    const Module module = Valid();
    const Module other = Valid();
    Mutable(Add(module).result()->uses()).push_back({&Softmax(other), 0});
    CHECK_EQ(Error(module), at + "lists a use that does not exist");
  }
}

}  // namespace
}  // namespace octet::ir
