// Files that would become much larger than they are: long names, one node that stands for many
// operations, dimensions that are large expressions, entries of messages that nobody reads.
#include <doctest/doctest.h>

#include <chrono>

#include "tests/frontend_onnx/import_check.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary

std::string Number(const char* prefix, int i) { return prefix + std::to_string(i); }

TEST_CASE("names that are too long") {
  const std::string name(40'000, 'n');
  const OnnxNode relu = {.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}};
  const auto refuse = [](const std::string& file, std::string_view what) {
    CheckImportError(file, StatusCode::kResourceLimit, {what, "40000 bytes", "limit", "byte "});
  };
  OnnxNode node = relu;
  node.name = name;
  refuse(ModelOfX().Node(node).Build(), "the name of a node");
  node = relu;
  node.inputs = {name};
  refuse(ModelOfX().Node(node).Build(), "the name of an input");
  node = relu;
  node.outputs = {name};
  refuse(ModelOfX().Node(node).Build(), "the name of an output");
  node = relu;
  node.op_type = name;
  refuse(ModelOfX().Node(node).Build(), "the name of an operator");
  node = relu;
  node.domain = name;
  refuse(ModelOfX().Node(node).Build(), "the name of an operator set");
  node = relu;
  node.attributes = {IntAttribute(name, 1)};
  refuse(ModelOfX().Node(node).Build(), "the name of an attribute");
  refuse(ModelOfX().Node(relu).Initializer(FloatTensor(name, {1}, {1})).Build(),
         "the name of an initializer");
  refuse(ModelOfX().Node(relu).Input(name, kOnnxFloat, {1}).Build(),
         "the name of an input or output");
  refuse(ModelOfX().Node(relu).Output(name).Build(), "the name of an input or output");
  refuse(OnnxModelBuilder().Input("x", kOnnxFloat, {name}).Output("y").Node(relu).Build(),
         "the name of a dimension");
  // The longest that are read.
  node = relu;
  node.name = std::string(4096, 'n');
  CHECK(ImportString(OnnxModelBuilder()
                         .Input("x", kOnnxFloat, {std::string(256, 'd')})
                         .Output("y")
                         .Node(node)
                         .Build())
            .ok());
}

TEST_CASE("the operations of one node share its name") {
  OnnxNode split = {.op_type = "Split",
                    .inputs = {"x"},
                    .outputs = {},
                    .attributes = {IntAttribute("axis", 1)},
                    .name = "/" + std::string(1000, 'p') + "/Split"};
  for (int i = 0; i < 100; ++i) split.outputs.push_back(Number("y", i));
  OnnxModelBuilder model;
  model.Input("x", kOnnxFloat, {"batch", 100}).Node(split);
  for (int i = 0; i < 100; ++i) model.Output(Number("y", i));
  const auto module = ImportString(model.Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  const ir::Location& first = module->ops().front()->location();
  const ir::Location& last = module->ops().back()->location();
  CHECK(first.node() == split.name);
  CHECK(&first.node() == &last.node());
  CHECK(&first.module_path() == &last.module_path());
}

TEST_CASE("one node that stands for too many operations") {
  OnnxNode sum = {.op_type = "Sum", .inputs = {}, .outputs = {"y"}, .name = "sum"};
  sum.inputs.assign(250'002, "x");
  CheckImportError(ModelOfX().Node(sum).Build(), StatusCode::kResourceLimit,
                   {"node 'sum'", "too many operations"});
  sum.inputs.assign(1000, "x");
  CHECK(ImportString(ModelOfX().Node(sum).Build()).ok());
}

TEST_CASE("entries of inputs, outputs and the graphs of an If are counted") {
  constexpr int kEntries = 600'000;
  std::string dims;
  for (int i = 0; i < kEntries; ++i) dims += std::string("\x0A\x00", 2);  // TensorShapeProto.dim
  ProtoWriter tensor_type;
  tensor_type.Varint(1, kOnnxFloat).Bytes(2, dims);
  ProtoWriter value_info;
  value_info.Bytes(1, "z").Message(2, ProtoWriter().Message(1, tensor_type));
  const OnnxNode relu = {.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}};
  for (const uint32_t field : {11u, 12u}) {  // GraphProto.input, output
    const std::string file = ModelOfX()
                                 .Node(relu)
                                 .GraphField(field, value_info.bytes)
                                 .GraphField(field, value_info.bytes)
                                 .Build();
    CheckImportError(file, StatusCode::kResourceLimit, {"entries"});
  }
  ProtoWriter branch;
  branch.Message(13, value_info).Message(13, value_info);  // GraphProto.value_info
  CheckImportError(ModelOfX()
                       .Node({.op_type = "If",
                              .inputs = {"x"},
                              .outputs = {"y"},
                              .attributes = {GraphAttribute("then_branch", branch)}})
                       .Build(),
                   StatusCode::kResourceLimit, {"entries"});
  // A sequence of sequences of sequences ...
  ProtoWriter type;
  for (int i = 0; i < 200; ++i) {
    const ProtoWriter inner = type;
    type = ProtoWriter().Message(4, ProtoWriter().Message(1, inner));
  }
  CheckImportError(ModelOfX()
                       .Node(relu)
                       .GraphField(11, ProtoWriter().Bytes(1, "z").Message(2, type).bytes)
                       .Build(),
                   StatusCode::kResourceLimit, {"nested"});
}

// Inputs a0, a1 ... of one dimension each, and their sum n as a vector of one element.
OnnxModelBuilder ModelOfSum(int inputs) {
  OnnxModelBuilder model;
  model.Initializer(Int64Tensor("one", {1}, {1})).Output("y", 0);
  for (int i = 0; i < inputs; ++i) {
    model.Input(Number("a", i), kOnnxFloat, {Number("n", i)});
    model.Node({.op_type = "Shape", .inputs = {Number("a", i)}, .outputs = {Number("s", i)}});
    if (i == 0) continue;
    model.Node({.op_type = "Add",
                .inputs = {i == 1 ? "s0" : Number("sum", i - 1), Number("s", i)},
                .outputs = {Number("sum", i)}});
  }
  return model;
}

TEST_CASE("a sum of too many dimensions") {
  OnnxModelBuilder model = ModelOfSum(100);
  model.Node({.op_type = "Abs", .inputs = {"sum99"}, .outputs = {"y"}});
  CheckImportError(model.Build(), StatusCode::kUnsupported,
                   {"node 'sum63'", "an element of the result is too large an expression"});
}

TEST_CASE("many large expressions") {
  constexpr int kSymbols = 50;
  OnnxModelBuilder model = ModelOfSum(kSymbols);
  std::string previous = Number("sum", kSymbols - 1);
  const int nodes = 20'000;
  for (int i = 0; i < nodes; ++i) {
    const std::string next = i + 1 == nodes ? "y" : Number("t", i);
    model.Node({.op_type = "Add", .inputs = {previous, "one"}, .outputs = {next}});
    previous = next;
  }
  CheckImportError(model.Build(), StatusCode::kResourceLimit, {"node 't", "too large expressions"});
}

TEST_CASE("constants that operators make of nothing") {
  OnnxModelBuilder model;
  model.Input("x", kOnnxFloat, {"batch", 2})
      .Output("y")
      .Initializer(Int64Tensor("pads", {4}, {0, 500'000, 0, 0}));
  const int nodes = 40;
  for (int i = 0; i < nodes; ++i) {
    model.Node({.op_type = "Pad",
                .inputs = {"x", "pads"},
                .outputs = {i + 1 == nodes ? "y" : Number("p", i)},
                .attributes = {StringAttribute("mode", "edge")},
                .name = Number("pad", i)});
  }
  CheckImportError(model.Build(), StatusCode::kResourceLimit,
                   {"node 'pad16'", "constants of more than 67108864 bytes"});
}

TEST_CASE("many dimensions without a name get short ones") {
  OnnxModelBuilder model;
  for (int i = 0; i < 900; ++i) {
    model.Input(Number("x", i), kOnnxInt64, {int64_t{-1}, int64_t{-1}});
  }
  model.Output("y", 0).Node({.op_type = "Abs", .inputs = {"x899"}, .outputs = {"y"}});
  const auto module = ImportString(model.Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK(module->arguments()[0]->type().ToString() == "i64[b,s]");
  CHECK(module->arguments()[1]->type().ToString() == "i64[b_,s_]");
  CHECK(module->arguments()[2]->type().ToString() == "i64[b_2,s_2]");
  CHECK(module->arguments()[899]->type().ToString() == "i64[b_899,s_899]");
}

TEST_CASE("Einsum of many operands") {
  OnnxNode einsum = {.op_type = "Einsum", .inputs = {}, .outputs = {"y"}};
  einsum.inputs.assign(20'000, "w");
  std::string equation = "a";
  for (int i = 1; i < 20'000; ++i) equation += ",a";
  einsum.attributes = {StringAttribute("equation", equation + "->a")};
  OnnxModelBuilder model;
  model.Output("y").Initializer(FloatTensor("w", {2}, {1, 1})).Node(einsum);
  const auto start = std::chrono::steady_clock::now();
  const auto module = ImportString(model.Build());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK(seconds.count() < 10);
}

}  // namespace
}  // namespace octet::frontend_onnx
