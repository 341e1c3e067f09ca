#include "ir/passes/pass.h"

#include <doctest/doctest.h>

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

constexpr std::string_view kText = R"(graph(%x: f32[b]) {
  %0 = neg %x : f32[b] loc("/Neg", "bert")
  %1 = neg %x : f32[b]
  %2 = add %0, %1 : f32[b]
  %3 = abs %x : f32[b]
  return %2
})";

TEST_CASE("passes run in order, are timed and counted") {
  Module module = ParseOk(kText);
  PassManager manager;
  REQUIRE(manager.Add("cse").ok());
  REQUIRE(manager.Add("dce").ok());
  REQUIRE(manager.Run(&module).ok());
  CHECK_EQ(module.ops().size(), 2);
  REQUIRE_EQ(manager.timings().size(), 2);
  CHECK_EQ(manager.timings()[0].name, "cse");
  CHECK_EQ(manager.timings()[0].summary, "keep one of several equal ops");
  CHECK_GT(manager.timings()[0].changes, 0);
  CHECK_EQ(manager.timings()[1].name, "dce");
  CHECK_GT(manager.timings()[1].changes, 0);
  CHECK_GE(manager.timings()[1].seconds, 0);
}

TEST_CASE("a pass can be disabled, and a run can stop after a pass") {
  for (const bool stop : {false, true}) {
    Module module = ParseOk(kText);
    PassManager::Options options;
    std::vector<std::string> seen;
    if (stop) {
      options.stop_after = 1;
    } else {
      options.disabled.insert("dce");
    }
    options.after_pass = [&](std::string_view name, const Module&) { seen.emplace_back(name); };
    PassManager manager(options);
    REQUIRE(manager.Add("cse").ok());
    REQUIRE(manager.Add("dce").ok());
    REQUIRE(manager.Run(&module).ok());
    CHECK_EQ(seen, std::vector<std::string>{"cse"});
    CHECK_EQ(module.ops().size(), 3);
  }
}

TEST_CASE("an unknown pass") {
  PassManager manager;
  CHECK_EQ(manager.Add("fuse\n").ToString(), "InvalidArgument: no pass is called 'fuse\\x0A'");
}

TEST_CASE("an error names the pass, and stops") {
  Module module = ParseOk(kText);
  PassManager manager;
  bool ran = false;
  manager.Add("bad", [](Rewriter& rewriter, PassContext&) {
    return rewriter.module().ops().front()->Error(Unsupported("not this"));
  });
  manager.Add("next", [&](Rewriter&, PassContext&) {
    ran = true;
    return Status();
  });
  CHECK_EQ(manager.Run(&module).ToString(),
           "Unsupported: node '/Neg': module 'bert': pass bad: not this");
  CHECK_FALSE(ran);
}

TEST_CASE("an InvalidArgument of a pass is returned unchanged") {
  Module module = ParseOk(kText);
  PassManager manager;
  manager.Add("told", [](Rewriter&, PassContext&) { return InvalidArgument("no such module"); });
  CHECK_EQ(manager.Run(&module).ToString(), "InvalidArgument: no such module");
}

TEST_CASE("a pass that breaks the graph is found by the verifier") {
  for (const bool verify : {true, false}) {
    Module module = ParseOk(kText);
    PassManager::Options options;
    options.verify = verify;
    PassManager manager(options);
    manager.Add("careless", [](Rewriter& rewriter, PassContext&) {
      rewriter.module().AddOutput("", rewriter.module().ops().front()->result());
      return Status();
    });
    CHECK_EQ(manager.Run(&module).ToString(),
             verify ? "Internal: pass careless: an output has no name" : "Ok");
  }
}

TEST_CASE("remarks have the name of the pass and the place") {
  Module module = ParseOk(kText);
  PassManager manager;
  manager.Add("look", [](Rewriter& rewriter, PassContext& context) {
    context.Explain(*rewriter.module().ops().front(), "not a pattern");
    return Status();
  });
  REQUIRE(manager.Run(&module).ok());
  REQUIRE_EQ(manager.context().remarks().size(), 1);
  CHECK_EQ(manager.context().remarks()[0].pass, "look");
  CHECK_EQ(manager.context().remarks()[0].location.node(), "/Neg");
  CHECK_EQ(manager.context().remarks()[0].text, "not a pattern");
}

TEST_CASE("a pattern is applied until nothing changes") {
  Module module = ParseOk(R"(graph(%x: f32[b]) {
  %0 = neg %x : f32[b]
  %1 = neg %0 : f32[b]
  %2 = neg %1 : f32[b]
  %3 = neg %2 : f32[b]
  return %3
})");
  const Pattern double_negation = [](Op* root, Rewriter& rewriter, PassContext&) -> Result<bool> {
    const Op* inner = root->operand(0)->def();
    if (inner == nullptr || inner->kind() != OpKind::kNeg) return false;
    OCTET_RETURN_IF_ERROR(rewriter.Replace(root, {inner->operand(0)}));
    return true;
  };
  PassManager manager;
  manager.Add("double-negation", [&](Rewriter& rewriter, PassContext& context) {
    return ApplyPattern({OpKind::kNeg}, double_negation, rewriter, context);
  });
  REQUIRE(manager.Add("dce").ok());
  REQUIRE(manager.Run(&module).ok());
  CHECK(module.ops().empty());
  CHECK_EQ(module.outputs()[0].value, module.arguments()[0].get());
}

TEST_CASE("a pattern that never ends is an error") {
  Module module = ParseOk(kText);
  PassManager manager;
  manager.Add("forever", [](Rewriter& rewriter, PassContext& context) {
    const Pattern again = [](Op* root, Rewriter& r, PassContext&) -> Result<bool> {
      OCTET_ASSIGN_OR_RETURN(Value * copy, r.CreateValue(OpKind::kAbs, {root->operand(0)}));
      OCTET_RETURN_IF_ERROR(r.Replace(root, {copy}));
      return true;
    };
    return ApplyPattern({OpKind::kAbs}, again, rewriter, context);
  });
  CHECK_EQ(manager.Run(&module).ToString(),
           "Internal: pass forever: the pattern does not converge");
}

// 20,000 ops: quadratic work would take minutes.
TEST_CASE("dce and cse take long chains") {
  constexpr int kLength = 20000;
  Module module;
  Value* left = module.AddArgument("x", {DType::kF32, {Dim::Symbol("b")}});
  Value* right = left;
  Rewriter rewriter(&module);
  for (int i = 0; i < kLength / 2; ++i) {
    const OpKind kind = i % 2 == 0 ? OpKind::kNeg : OpKind::kAbs;
    left = *rewriter.CreateValue(kind, {left});
    right = *rewriter.CreateValue(kind, {right});
  }
  module.AddOutput("left", left);
  module.AddOutput("right", right);
  PassManager manager;
  REQUIRE(manager.Add("cse").ok());
  REQUIRE(manager.Run(&module).ok());
  CHECK_EQ(module.ops().size(), kLength / 2);
  CHECK_EQ(module.outputs()[0].value, module.outputs()[1].value);

  Module dead;
  Value* value = dead.AddArgument("x", {DType::kF32, {Dim::Symbol("b")}});
  Rewriter dead_rewriter(&dead);
  for (int i = 0; i < kLength; ++i) value = *dead_rewriter.CreateValue(OpKind::kNeg, {value});
  PassManager dce;
  REQUIRE(dce.Add("dce").ok());
  REQUIRE(dce.Run(&dead).ok());
  CHECK(dead.ops().empty());
  MESSAGE("cse " << manager.timings()[0].seconds << " s, dce " << dce.timings()[0].seconds << " s");
}

}  // namespace
}  // namespace octet::ir
