#include "frontend_onnx/module_path.h"

#include <doctest/doctest.h>

#include <set>

#include "tests/frontend_onnx/import_check.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary

struct Case {
  std::string_view name;
  std::string_view path;
};

TEST_CASE("module paths from node names") {
  constexpr Case kCases[] = {
      {"/bert/encoder/layer.0/attention/self/query/MatMul",
       "bert.encoder.layer.0.attention.self.query"},
      {"/bert/embeddings/LayerNorm/Add_1", "bert.embeddings.LayerNorm"},
      {"/classifier/Gemm", "classifier"},
      {"/bert/pooler/activation/Tanh", "bert.pooler.activation"},
      {"/Constant_3", ""},
      {"/bert/embeddings/LayerNorm/Mul/LayerNormFusion/", "bert.embeddings.LayerNorm"},
      {"/bert/encoder/layer.0/attention/self/MatMul/MatMulScaleFusion/",
       "bert.encoder.layer.0.attention.self"},
      {"/bert/encoder/layer.1/output/dense/MatMul_quant", "bert.encoder.layer.1.output.dense"},
      {"tf_bert/bert/pooler/dense/MatMul", "tf_bert.bert.pooler.dense"},
      {"fused /bert/pooler/dense/Gemm", "bert.pooler.dense"},
      {"MatMul_123", ""},
      {"onnx::MatMul_336_cast", ""},
      {"", ""},
      {"/", ""},
      {"//", ""},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    CHECK(ModulePathFromNodeName(c.name) == c.path);
  }
}

TEST_CASE("module paths from name scopes") {
  constexpr Case kCases[] = {
      {"['', 'bert', 'bert.pooler', 'bert.pooler.dense', 'linear_12']", "bert.pooler.dense"},
      {"['', 'classifier', 'linear_13']", "classifier"},
      {"['', 'add']", ""},
      {"['_empty_nn_module_stack_from_metadata_hook', 'sym_size_int_26']", ""},
      {"['linear']", ""},
      {"[]", ""},
      {"", ""},
      {"no list", ""},
      {"a, b, c", ""},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    CHECK(ModulePathFromNameScopes(c.name) == c.path);
  }
}

TEST_CASE("module paths from parameters") {
  constexpr Case kCases[] = {
      {"bert.pooler.dense.bias", "bert.pooler.dense"},
      {"bert.embeddings.word_embeddings.weight", "bert.embeddings.word_embeddings"},
      {"bert.embeddings.word_embeddings.weight_fp16", "bert.embeddings.word_embeddings"},
      {"bert.embeddings.word_embeddings.weight_f16", "bert.embeddings.word_embeddings"},
      {"bert.embeddings.position_ids", ""},
      {"onnx::MatMul_336", ""},
      {".bias", ""},
      {"", ""},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    CHECK(ModulePathFromParameter(c.name) == c.path);
  }
}

TEST_CASE("a nameless matrix product takes the path of its bias") {
  const auto module = ImportString(
      ModelOfX()
          .Initializer(FloatTensor("onnx::MatMul_9", {3, 2}, {1, 2, 3, 4, 5, 6}))
          .Initializer(FloatTensor("bert.pooler.dense.bias", {2}, {1, 2}))
          .Node({.op_type = "MatMul", .inputs = {"x", "onnx::MatMul_9"}, .outputs = {"m"}})
          .Node({.op_type = "Add", .inputs = {"bert.pooler.dense.bias", "m"}, .outputs = {"y"}})
          .Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  for (const auto& op : module->ops()) CHECK(op->location().module_path() == "bert.pooler.dense");
}

TEST_CASE("linears have the same module paths in the models of both exporters") {
  std::set<std::string> linears;
  for (const std::string layer : {"0", "1"}) {
    for (const std::string part :
         {"attention.self.query", "attention.self.key", "attention.self.value",
          "attention.output.dense", "intermediate.dense", "output.dense"}) {
      linears.insert("bert.encoder.layer." + layer + "." + part);
    }
  }
  linears.insert({"bert.pooler.dense", "classifier"});
  for (const std::string model :
       {"torchscript_opset11_eager", "torchscript_opset14_unfolded", "torchscript_opset17_eager",
        "dynamo_opset18_eager", "dynamo_opset20_sdpa", "dynamo_opset23_sdpa"}) {
    CAPTURE(model);
    const auto module = ImportFile("tests/data/tiny_exports/bert_" + model + "/model.onnx");
    REQUIRE_MESSAGE(module.ok(), module.status().ToString());
    std::set<std::string> found;
    for (const auto& op : module->ops()) {
      if (op->kind() != ir::OpKind::kMatMul || op->result()->rank() == 4) continue;
      found.insert(op->location().module_path());
    }
    CHECK(found == linears);
  }
}

}  // namespace
}  // namespace octet::frontend_onnx
