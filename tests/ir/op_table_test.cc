// Checks the rows of ops.def.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "ir/op_views.h"
#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

TEST_CASE("every row is found by its name, and no two rows have the same name") {
  std::set<std::string_view> names;
  for (const OpInfo& info : AllOps()) {
    CAPTURE(info.name);
    CHECK(names.insert(info.name).second);
    CHECK(FindOpKind(info.name) == info.kind);
    CHECK_EQ(&GetOpInfo(info.kind), &info);
  }
  CHECK_FALSE(FindOpKind("unknown"));
}

TEST_CASE("operands, results and attributes of a row have different names") {
  for (const OpInfo& info : AllOps()) {
    CAPTURE(info.name);
    std::set<std::string_view> inputs;
    for (const OperandInfo& operand : info.operands) CHECK(inputs.insert(operand.name).second);
    for (const AttributeInfo& attribute : info.attributes) {
      CHECK(inputs.insert(attribute.name).second);
    }
    std::set<std::string_view> results(info.results.begin(), info.results.end());
    CHECK(results.size() == info.results.size());
    CHECK(info.results.size() != 1);  // one result needs no name
    CHECK(info.num_results == std::max<int>(1, static_cast<int>(info.results.size())));
  }
}

TEST_CASE("required operands come first, and repeated operands have no others beside them") {
  for (const OpInfo& info : AllOps()) {
    CAPTURE(info.name);
    CHECK(std::ranges::is_sorted(info.operands, {}, &OperandInfo::form));
    const auto repeated =
        std::ranges::count(info.operands, OperandForm::kRepeated, &OperandInfo::form);
    CHECK((repeated == 0 || repeated == static_cast<int64_t>(info.operands.size())));
    CHECK(info.min_operands <= info.max_operands);
  }
}

TEST_CASE("facts fit the signature") {
  for (const OpInfo& info : AllOps()) {
    CAPTURE(info.name);
    const bool marks_rows = std::ranges::any_of(info.operands, &OperandInfo::has_rows);
    if (info.elementwise()) {
      CHECK(info.num_results == 1);
      CHECK_FALSE(marks_rows);  // its rows follow from the shapes
    }
    if (info.facts == OpFacts::kView) CHECK(info.max_operands == 1);
    if (info.facts == OpFacts::kRowRanges) CHECK(marks_rows);
  }
}

TEST_CASE("an activation of a linear is an elementwise op of the same name") {
  for (const std::string_view name : EnumNames<Activation>::kNames) {
    if (name == EnumName(Activation::kNone)) continue;
    CAPTURE(name);
    const auto kind = FindOpKind(name);
    REQUIRE(kind);
    CHECK(GetOpInfo(*kind).elementwise());
  }
}

TEST_CASE("views name operands, results and attributes") {
  TestGraph graph;
  Value* x = graph.Argument("f32[t,8]");
  Value* weight = graph.Argument("f32[8,4]");
  Value* residual = graph.Argument("f32[t,4]");
  const Op* op = graph.Make(OpKind::kLinear, {x, weight, nullptr, residual})->def();
  const LinearOp linear(*op);
  CHECK(linear.x() == x);
  CHECK(linear.weight() == weight);
  CHECK(linear.bias() == nullptr);
  CHECK(linear.residual() == residual);
  CHECK(linear.activation() == Activation::kNone);
  CHECK(LinearOp::OperandIndex("residual") == 3);
  CHECK(As<LinearOp>(*op));
  CHECK_FALSE(As<MatMulOp>(*op));
  CHECK(DefinedAs<LinearOp>(op->result()));
  CHECK_FALSE(DefinedAs<LinearOp>(x));

  const Op* gelu = graph
                       .Make(OpKind::kLinear, {x, weight, nullptr, nullptr},
                             {{"activation", std::string("gelu")}})
                       ->def();
  CHECK(gelu->num_operands() == 2);
  CHECK(LinearOp(*gelu).residual() == nullptr);
  CHECK(LinearOp(*gelu).activation() == Activation::kGelu);

  Value* ids = graph.Argument("i64[t]");
  Value* table = graph.Argument("f32[9,8]");
  const Op* sum = graph.Make(OpKind::kEmbedding, {ids, table, ids, table})->def();
  const EmbeddingOp embedding(*sum);
  CHECK(embedding.num_ids() == 2);
  CHECK(embedding.ids(1) == ids);
  CHECK(embedding.table(1) == table);

  const auto quantize = graph.rewriter.Create(OpKind::kQuantizeDynamic, {x},
                                              {{"observer", ObserverSpec()}, {"to", DType::kU8}});
  REQUIRE(quantize.ok());
  CHECK(QuantizeDynamicOp(**quantize).zero_point() == (*quantize)->result(2));
  CHECK(QuantizeDynamicOp(**quantize).to() == DType::kU8);
}

}  // namespace
}  // namespace octet::ir
