// What golden files cannot show of FoldConstants: remarks, sharing, bounds and time. The rewrites
// are in tests/golden/ir/fold_constants.ir.
#include <algorithm>

#include "ir/passes/pass.h"
#include "ir/verifier.h"
#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

using K = OpKind;

Attribute Dims(const std::string& text) { return ParseShape(text); }

struct Outcome {
  int64_t changes;
  double seconds;
  std::vector<Remark> remarks;
};

Outcome Fold(Module* module) {
  PassManager manager;
  REQUIRE(manager.Add("fold-constants").ok());
  const Status status = manager.Run(module);
  INFO(status.ToString());
  REQUIRE(status.ok());
  return {manager.timings()[0].changes, manager.timings()[0].seconds, manager.context().remarks()};
}

int64_t CountOps(const Module& module, K kind) {
  int64_t count = 0;
  for (const auto& op : module.ops()) count += op->kind() == kind ? 1 : 0;
  return count;
}

TEST_CASE("an op that fails is not folded, and a remark says why") {
  TestGraph g;
  g.rewriter.set_location({"/Div", ""});
  Value* zero = g.Constant(*Tensor::Allocate(DType::kI64, {2, 2}));
  Value* result = g.Make(K::kDiv, {zero, zero});
  g.module.AddOutput("y", result);
  const Outcome outcome = Fold(&g.module);
  CHECK(outcome.changes == 0);
  REQUIRE(outcome.remarks.size() == 1);
  CHECK(outcome.remarks[0].text == "not folded: integer division by zero");
  CHECK(outcome.remarks[0].location.node() == "/Div");
}

TEST_CASE("dead ops are not evaluated") {
  TestGraph g;
  Value* zero = g.Constant(*Tensor::Allocate(DType::kI64, {2, 2}));
  g.Make(K::kDiv, {zero, zero});
  const Outcome outcome = Fold(&g.module);
  CHECK(outcome.changes == 0);
  CHECK(outcome.remarks.empty());
}

TEST_CASE("a reshaped constant shares its bytes") {
  TestGraph g;
  const Tensor tensor = *RandomTensor(DType::kF32, {4, 6}, 1);
  Value* x = g.Constant(tensor);
  g.module.AddOutput("y", g.Make(K::kReshape, {x}, {{"shape", Dims("[3,8]")}}));
  Fold(&g.module);
  const Tensor* folded = g.module.outputs()[0].value->constant();
  REQUIRE(folded != nullptr);
  CHECK(folded->view().data == tensor.view().data);
  CHECK(folded->dims() == std::vector<int64_t>{3, 8});
}

TEST_CASE("a second run finds nothing to do") {
  TestGraph g;
  Value* x = g.Argument("f32[b,s]");
  Value* shape = g.Symbolic("[b,s]");
  Value* part = g.Make(K::kGather, {shape, g.Ints({1})}, {{"axis", int64_t{0}}});
  Value* small =
      g.Make(K::kCast, {g.Make(K::kReshape, {part}, {{"shape", Shape()}})}, {{"to", DType::kI32}});
  Value* yes = g.Constant(Tensor::FromVector<uint8_t>(DType::kBool, {}, {1}));
  Value* number = g.Constant(Tensor::FromVector<float>(DType::kF32, {}, {3}));
  Value* chosen = g.Make(K::kWhere, {yes, number, x});
  Value* moved = g.Make(K::kExpand, {chosen}, {{"shape", Dims("[2,b,s]")}});
  g.module.AddOutput("small", small);
  g.module.AddOutput("moved", moved);
  CHECK(Fold(&g.module).changes > 0);
  CHECK(Fold(&g.module).changes == 0);
}

TEST_CASE("the total size of folded constants is bounded") {
  // 200 sums of one constant and different numbers: 1 MiB each, but the bound is 64 MiB.
  TestGraph g;
  Value* big = g.Constant(*Tensor::Allocate(DType::kF32, {512, 512}));
  for (int i = 0; i < 200; ++i) {
    Value* number = g.Constant(Tensor::FromVector<float>(DType::kF32, {1, 1}, {float(i + 1)}));
    g.module.AddOutput("y" + std::to_string(i), g.Make(K::kAdd, {big, number}));
  }
  const Outcome outcome = Fold(&g.module);
  CHECK(CountOps(g.module, K::kAdd) == 200 - 64);
  REQUIRE(outcome.remarks.size() == 200 - 64);
  CHECK(outcome.remarks[0].text == "not folded: the folded constants together would be too big");
}

TEST_CASE("weights of any size are cast and transposed") {
  TestGraph g;
  Value* weight = g.Constant(*Tensor::Allocate(DType::kI8, {2048, 1024}));
  Value* wide = g.Make(K::kCast, {weight}, {{"to", DType::kF32}});
  Value* turned = g.Make(K::kTranspose, {wide}, {{"perm", std::vector<int64_t>{1, 0}}});
  g.module.AddOutput("y", turned);
  Fold(&g.module);
  CHECK(g.module.outputs()[0].value->constant() != nullptr);
  // The constants that it was made from are erased.
  CHECK(g.module.ops().size() == 1);
}

// Seconds to fold a chain of `length` ops.
double FoldChain(int length, bool constant) {
  TestGraph g;
  Value* value = constant ? g.Constant(*RandomTensor(DType::kF32, {2, 3}, 1))
                          : g.Argument(Type{DType::kF32, {2, 3}});
  for (int i = 0; i < length; ++i) {
    // Not g.Make: doctest's checks would take longer than the pass.
    const bool turn = i % 4 == 3;
    value = turn ? *g.rewriter.CreateValue(K::kNeg, {value})
                 : *g.rewriter.CreateValue(K::kReshape, {value},
                                           {{"shape", i % 2 == 0 ? Shape{3, 2} : Shape{6}}});
  }
  g.module.AddOutput("y", value);
  return Fold(&g.module).seconds;
}

TEST_CASE("long chains fold in linear time") {
  for (const bool constant : {false, true}) {
    // It takes 0.3 s, or a few seconds with sanitizers on a busy machine. The 10^10 steps of
    // quadratic time would take longer.
    CHECK(FoldChain(100'000, constant) < 8.0);
  }
}

}  // namespace
}  // namespace octet::ir
