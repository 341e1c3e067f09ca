// Models whose graph, versions, nodes or attributes are broken.
#include <doctest/doctest.h>

#include <chrono>
#include <cmath>

#include "ir/text/printer.h"
#include "tests/frontend_onnx/import_check.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary

// A model with input x, output y and this node.
std::string OneNode(const OnnxNode& node) { return ModelOfX().Node(node).Build(); }

TEST_CASE("a cycle names a node on it") {
  const std::string file =
      ModelOfX()
          .Node({.op_type = "Add", .inputs = {"x", "c"}, .outputs = {"a"}, .name = "first"})
          .Node({.op_type = "Relu", .inputs = {"a"}, .outputs = {"c"}, .name = "second"})
          .Node({.op_type = "Relu", .inputs = {"a"}, .outputs = {"y"}, .name = "behind"})
          .Build();
  const Status status = ImportString(file).status();
  CheckError(status, StatusCode::kInvalidModel, {"depends on its own output"});
  CHECK((status.place().node == "first" || status.place().node == "second"));
}

TEST_CASE("unsorted nodes are sorted") {
  const std::string file = ModelOfX()
                               .Node({.op_type = "Relu", .inputs = {"a"}, .outputs = {"y"}})
                               .Node({.op_type = "Tanh", .inputs = {"x"}, .outputs = {"a"}})
                               .Build();
  const auto module = ImportString(file);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK(module->ops().front()->kind() == ir::OpKind::kTanh);
}

TEST_CASE("names") {
  const OnnxNode relu = {.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}, .name = "relu"};
  CheckImportError(ModelOfX().Node(relu).Node(relu).Build(), StatusCode::kInvalidModel,
                   {"node 'relu'", "tensor 'y'", "defined twice"});
  CheckImportError(OneNode({.op_type = "Relu", .inputs = {"x"}, .outputs = {"x"}}),
                   StatusCode::kInvalidModel, {"tensor 'x'", "defined twice"});
  CheckImportError(OneNode({.op_type = "Relu", .inputs = {"z"}, .outputs = {"y"}, .name = "relu"}),
                   StatusCode::kInvalidModel, {"node 'relu'", "tensor 'z'", "no node"});
  CheckImportError(OneNode({.op_type = "Relu", .inputs = {"x"}, .outputs = {"z"}}),
                   StatusCode::kInvalidModel, {"tensor 'y'", "no node"});
  CheckImportError(ModelOfX().Input("x", kOnnxFloat, {1}).Node(relu).Build(),
                   StatusCode::kInvalidModel, {"tensor 'x'", "two graph inputs"});
  CheckImportError(ModelOfX().Output("y").Node(relu).Build(), StatusCode::kInvalidModel,
                   {"tensor 'y'", "two graph outputs"});
  const ProtoWriter w = FloatTensor("w", {1}, {1});
  CheckImportError(ModelOfX().Initializer(w).Initializer(w).Node(relu).Build(),
                   StatusCode::kInvalidModel, {"tensor 'w'", "two initializers"});
  CheckImportError(ModelOfX().Initializer(FloatTensor("", {1}, {1})).Node(relu).Build(),
                   StatusCode::kInvalidModel, {"initializer without a name"});
}

TEST_CASE("a node without a name is named after its output") {
  CheckImportError(OneNode({.op_type = "MatMul", .inputs = {"x", "x"}, .outputs = {"y"}}),
                   StatusCode::kInvalidModel, {"node 'y'"});
}

TEST_CASE("all unknown operators are listed at once") {
  const std::string file =
      ModelOfX()
          .Node({.op_type = "Loop", .inputs = {"x"}, .outputs = {"a"}, .name = "branch"})
          .Node({.op_type = "LSTM", .inputs = {"a"}, .outputs = {"b"}, .name = "lstm_1"})
          .Node({.op_type = "LSTM", .inputs = {"b"}, .outputs = {"c"}, .name = "lstm_2"})
          .Node({.op_type = "Relu", .inputs = {"c"}, .outputs = {"d"}})
          .Node({.op_type = "Relu",
                 .inputs = {"d"},
                 .outputs = {"y"},
                 .name = "other",
                 .domain = "com.example"})
          .Build();
  CheckImportError(file, StatusCode::kUnsupported,
                   {"unknown operators: Loop ('branch'), LSTM ('lstm_1', 'lstm_2'), "
                    "com.example.Relu ('other')"});
}

TEST_CASE("a long list of unknown operators is cut") {
  OnnxModelBuilder model = ModelOfX();
  for (int i = 0; i < 25; ++i) {
    model.Node({.op_type = "Op" + std::to_string(i), .inputs = {"x"}, .outputs = {"y"}});
  }
  CheckImportError(model.Build(), StatusCode::kUnsupported, {"Op19 ('y') and 5 more"});

  OnnxModelBuilder repeated = ModelOfX();
  for (int i = 0; i < 10; ++i) {
    repeated.Node({.op_type = "Op",
                   .inputs = {"x"},
                   .outputs = {"y" + std::to_string(i)},
                   .name = "n" + std::to_string(i)});
  }
  CheckImportError(repeated.Build(), StatusCode::kUnsupported, {"'n6', 'n7' and 2 more)"});
}

TEST_CASE("versions") {
  const OnnxNode relu = {.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}};
  const auto opset = [&](int64_t version) { return ModelOfX().Opset(version).Node(relu).Build(); };
  CHECK(ImportString(opset(7)).ok());
  CHECK(ImportString(opset(28)).ok());
  for (const int64_t version : {1, 6, 29, 999}) {
    CheckImportError(opset(version), StatusCode::kUnsupported,
                     {"opset " + std::to_string(version), "octet reads 7 to 28"});
  }
  CheckImportError(opset(0), StatusCode::kInvalidModel, {"opset 0"});
  CheckImportError(ModelOfX().Opset(1, "com.microsoft").Node(relu).Build(),
                   StatusCode::kInvalidModel, {"does not import the operator set ai.onnx"});
  for (const char* name : {"", "ai.onnx", "org.example"}) {
    CheckImportError(ModelOfX().Opset(17).Opset(17, name).Opset(18, name).Node(relu).Build(),
                     StatusCode::kInvalidModel,
                     {"the operator set '", "' is imported in versions 17 and 18"});
    CHECK(
        ImportString(ModelOfX().Opset(17).Opset(17, name).Opset(17, name).Node(relu).Build()).ok());
  }
  CHECK(ImportString(ModelOfX().Opset(17, "ai.onnx").Node(relu).Build()).ok());
  CHECK(ImportString(ModelOfX().Opset(17).Opset(5, "ai.onnx.ml").Node(relu).Build()).ok());

  const auto ir_version = [&](int64_t version) {
    return ModelOfX().IrVersion(version).Node(relu).Build();
  };
  CHECK(ImportString(ir_version(14)).ok());
  CheckImportError(ir_version(-1), StatusCode::kInvalidModel, {"no ir_version"});
  CheckImportError(ir_version(0), StatusCode::kInvalidModel, {"ir_version 0"});
  CheckImportError(ir_version(2), StatusCode::kUnsupported, {"ir_version 2"});
  CheckImportError(ir_version(99), StatusCode::kUnsupported, {"ir_version 99", "3 to 14"});
}

TEST_CASE("operand counts") {
  CheckImportError(OneNode({.op_type = "Add", .inputs = {"x"}, .outputs = {"y"}}),
                   StatusCode::kInvalidModel, {"Add has 1 inputs"});
  CheckImportError(OneNode({.op_type = "Relu", .inputs = {"x", "x"}, .outputs = {"y"}}),
                   StatusCode::kInvalidModel, {"Relu has 2 inputs"});
  CheckImportError(OneNode({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y", "z"}}),
                   StatusCode::kInvalidModel, {"2 outputs"});
  CheckImportError(ModelOfX()
                       .Node({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}})
                       .Node({.op_type = "Relu", .inputs = {"x"}, .outputs = {}})
                       .Build(),
                   StatusCode::kInvalidModel, {"0 outputs"});
  CheckImportError(OneNode({.op_type = "Add", .inputs = {"", "x"}, .outputs = {"y"}}),
                   StatusCode::kInvalidModel, {"Add lacks input 0"});
  CheckImportError(OneNode({.op_type = "Max", .inputs = {"x", "", "x"}, .outputs = {"y"}}),
                   StatusCode::kInvalidModel, {"Max lacks input 1"});
  // Empty names at the end are absent optionals.
  CHECK(ImportString(OneNode({.op_type = "Clip", .inputs = {"x", "", ""}, .outputs = {"y"}})).ok());
}

TEST_CASE("attributes") {
  const auto softmax = [](std::vector<ProtoWriter> attributes) {
    return OneNode({.op_type = "Softmax",
                    .inputs = {"x"},
                    .outputs = {"y"},
                    .attributes = std::move(attributes),
                    .name = "soft"});
  };
  CHECK(ImportString(softmax({IntAttribute("axis", -1)})).ok());
  CheckImportError(softmax({FloatAttribute("axis", 1)}), StatusCode::kInvalidModel,
                   {"node 'soft'", "'axis' has the wrong type"});
  CheckImportError(softmax({IntAttribute("axis", 1), IntAttribute("axis", 1)}),
                   StatusCode::kInvalidModel, {"'axis' is given twice"});
  CheckImportError(softmax({IntAttribute("temperature", 2)}), StatusCode::kUnsupported,
                   {"'temperature' of Softmax is not supported"});
  CheckImportError(OneNode({.op_type = "Cast", .inputs = {"x"}, .outputs = {"y"}}),
                   StatusCode::kInvalidModel, {"'to' is missing"});
  CheckImportError(OneNode({.op_type = "Gelu",
                            .inputs = {"x"},
                            .outputs = {"y"},
                            .attributes = {StringAttribute("approximate", "sigmoid")}}),
                   StatusCode::kInvalidModel, {"approximated by 'sigmoid'"});
  const auto layer_norm = [](float epsilon) {
    return ModelOfX()
        .Initializer(FloatTensor("g", {3}, {1, 1, 1}))
        .Node({.op_type = "LayerNormalization",
               .inputs = {"x", "g"},
               .outputs = {"y"},
               .attributes = {FloatAttribute("epsilon", epsilon)}})
        .Build();
  };
  CHECK(ImportString(layer_norm(0)).ok());
  CheckImportError(layer_norm(NAN), StatusCode::kInvalidModel, {"'epsilon' is not a finite"});
  CheckImportError(layer_norm(-1), StatusCode::kInvalidModel, {"negative epsilon"});
}

TEST_CASE("an initializer that is also a graph input is a constant") {
  const auto module =
      ImportString(ModelOfX()
                       .Input("w", kOnnxFloat, {3})
                       .Initializer(FloatTensor("w", {3}, {1, 2, 3}))
                       .Node({.op_type = "Add", .inputs = {"x", "w"}, .outputs = {"y"}})
                       .Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK(module->arguments().size() == 1);
  CHECK(module->ops().front()->result()->constant() != nullptr);
  CHECK(module->ops().front()->result()->name() == "w");
}

TEST_CASE("a chain of 20000 nodes takes linear time and no recursion") {
  OnnxModelBuilder model = ModelOfX();
  constexpr int kLength = 20'000;
  const auto name = [](int i) {
    return i == 0 ? "x" : i == kLength ? "y" : "v" + std::to_string(i);
  };
  for (int i = 0; i < kLength; ++i) {
    model.Node({.op_type = "Relu", .inputs = {name(i)}, .outputs = {name(i + 1)}});
  }
  const auto start = std::chrono::steady_clock::now();
  const auto module = ImportString(model.Build());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK(module->ops().size() == kLength);
  CHECK(seconds.count() < 10.0);  // 0.1 s; quadratic time would take minutes
}

TEST_CASE("sparse initializers") {
  CheckImportError(ModelOfX()
                       .GraphField(15, "")
                       .Node({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}})
                       .Build(),
                   StatusCode::kUnsupported, {"sparse initializers"});
}

TEST_CASE("a graph without outputs is refused, one without inputs is a constant") {
  OnnxModelBuilder model;
  model.Input("x", kOnnxFloat, {1}).Node({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}});
  CheckImportError(model.Build(), StatusCode::kInvalidModel, {"no outputs"});
  const auto constant =
      ImportString(OnnxModelBuilder().Output("y").Initializer(FloatTensor("y", {}, {2})).Build());
  REQUIRE_MESSAGE(constant.ok(), constant.status().ToString());
  CHECK(constant->arguments().empty());
  CHECK(constant->outputs()[0].value->constant() != nullptr);
}

TEST_CASE("an input may be an output") {
  const auto module =
      ImportString(OnnxModelBuilder().Input("x", kOnnxFloat, {"n"}).Output("x").Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK(module->outputs()[0].value == module->arguments()[0].get());
}

TEST_CASE("a declared output type is checked") {
  CheckImportError(OnnxModelBuilder()
                       .Input("x", kOnnxFloat, {1})
                       .Output("y", kOnnxInt64)
                       .Node({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}})
                       .Build(),
                   StatusCode::kInvalidModel,
                   {"tensor 'y'", "declared as element type 7", "f32[1]"});
}

TEST_CASE("graph inputs") {
  const auto input = [](int data_type, const std::vector<OnnxDim>& dims) {
    return OnnxModelBuilder().Input("x", data_type, dims).Output("x", data_type).Build();
  };
  const auto type = [&](int data_type, const std::vector<OnnxDim>& dims) {
    const auto module = ImportString(input(data_type, dims));
    REQUIRE_MESSAGE(module.ok(), module.status().ToString());
    return module->arguments()[0]->type().ToString();
  };
  CHECK(type(kOnnxInt64, {"batch", "sequence"}) == "i64[batch,sequence]");
  CHECK(type(kOnnxInt32, {"s18", ""}) == "i32[s18,s]");
  CHECK(type(kOnnxInt64, {"N", 7}) == "i64[N,7]");
  CHECK(type(kOnnxInt64, {-1, 0}) == "i64[b,s]");
  CHECK(type(kOnnxInt64, {2, 7}) == "i64[2,7]");
  CHECK(type(kOnnxFloat, {"my dim", "my_dim", "9", "", 0, "t"}) ==
        "f32[my_dim,my_dim_,d_9,x_3,x_4,t_]");
  CHECK(type(kOnnxFloat, {}) == "f32[]");
  CheckImportError(input(kOnnxString, {1}), StatusCode::kUnsupported, {"tensor 'x'", "string"});
  CheckImportError(input(0, {1}), StatusCode::kInvalidModel, {"tensor 'x'", "number 0"});
  CheckImportError(input(kOnnxFloat, {-2}), StatusCode::kInvalidModel, {"dimension -2"});
  CheckImportError(input(kOnnxFloat, {int64_t{1} << 40}), StatusCode::kInvalidModel,
                   {"dimension 1099511627776"});
  CheckImportError(input(kOnnxFloat, {1, 1, 1, 1, 1, 1, 1, 1, 1}), StatusCode::kUnsupported,
                   {"rank 9"});
  // Field 4 of TypeProto is a sequence, not a tensor.
  CheckImportError(
      OnnxModelBuilder()
          .GraphField(11, ProtoWriter().Bytes(1, "x").Message(2, ProtoWriter().Bytes(4, "")).bytes)
          .Output("x")
          .Build(),
      StatusCode::kUnsupported, {"not a tensor"});
}

TEST_CASE("inputs that share a dimension's name share its symbol") {
  const auto module = ImportString(OnnxModelBuilder()
                                       .Input("embeddings", kOnnxFloat, {"batch", "seq", 8})
                                       .Input("mask", kOnnxInt64, {"batch", "seq"})
                                       .Output("mask", kOnnxInt64)
                                       .Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK(module->arguments()[0]->type().ToString() == "f32[batch,seq,8]");
  CHECK(module->arguments()[1]->type().ToString() == "i64[batch,seq]");
}

}  // namespace
}  // namespace octet::frontend_onnx
