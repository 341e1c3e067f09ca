// The ops that bert::Optimize makes of models that real exporters wrote, and its remarks on models
// that it cannot pack.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "bert/pipelines.h"
#include "bert/synthetic.h"
#include "frontend_onnx/importer.h"

namespace octet::bert {
namespace {

using ir::OpKind;

struct Optimized {
  ir::Module module;
  PipelineReport report;
};

Optimized OptimizeOk(ir::Module module, const ir::PassManager::Options& options = {}) {
  Optimized result{std::move(module), {}};
  const Status status = Optimize(&result.module, options, &result.report);
  REQUIRE_MESSAGE(status.ok(), status.ToString());
  return result;
}

Optimized OptimizeFile(const std::string& path) {
  auto module = frontend_onnx::ImportFile(path);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  return OptimizeOk(*std::move(module));
}

// Counts by "name", and for a linear by "linear", "linear.activation" and "linear.residual".
std::map<std::string, int> CountOps(const ir::Module& module) {
  std::map<std::string, int> counts;
  for (const auto& op : module.ops()) {
    ++counts[std::string(op->name())];
    const ir::Attribute* activation = op->FindAttribute("activation");
    if (activation != nullptr) ++counts["linear." + std::get<std::string>(*activation)];
    if (op->kind() == ir::OpKind::kLinear && op->num_operands() == 4) ++counts["linear.residual"];
  }
  return counts;
}

std::set<std::string> LinearPaths(const ir::Module& module) {
  std::set<std::string> paths;
  for (const auto& op : module.ops()) {
    if (op->kind() == OpKind::kLinear) paths.insert(op->location().module_path());
  }
  return paths;
}

// "prefix.0.a", "prefix.0.b" ... "prefix.1.a" ... and the others.
std::set<std::string> Paths(const std::string& prefix, int layers,
                            std::initializer_list<const char*> in_layer,
                            std::set<std::string> others) {
  for (int layer = 0; layer < layers; ++layer) {
    for (const char* name : in_layer) {
      others.insert(prefix + "." + std::to_string(layer) + "." + name);
    }
  }
  return others;
}

std::set<std::string> BertPaths(const std::string& prefix, int layers,
                                std::set<std::string> others) {
  return Paths(prefix, layers,
               {"attention.self.query", "attention.self.key", "attention.self.value",
                "attention.output.dense", "intermediate.dense", "output.dense"},
               std::move(others));
}

// PyTorch's names of the linears of a model of tests/data/tiny_exports.
std::set<std::string> ExpectedPaths(const std::string& name) {
  constexpr int kLayers = 2;
  if (name.ends_with("_base")) return BertPaths("encoder.layer", kLayers, {"pooler.dense"});
  if (name.ends_with("_tokcls")) return BertPaths("bert.encoder.layer", kLayers, {"classifier"});
  if (name.starts_with("roberta")) {
    return BertPaths("roberta.encoder.layer", kLayers, {"classifier.dense", "classifier.out_proj"});
  }
  if (name.starts_with("electra")) {
    return BertPaths("electra.encoder.layer", kLayers,
                     {"electra.embeddings_project", "classifier.dense", "classifier.out_proj"});
  }
  if (name.starts_with("distilbert")) {
    return Paths("distilbert.transformer.layer", kLayers,
                 {"attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin",
                  "ffn.lin1", "ffn.lin2"},
                 {"pre_classifier", "classifier"});
  }
  return BertPaths("bert.encoder.layer", kLayers, {"bert.pooler.dense", "classifier"});
}

// The remark, "pass: node: text", that Optimize gives for a model that it cannot pack.
const std::map<std::string, std::string> kWhyNotPacked = {
    {"bert_torchscript_opset14_static",
     "pack-tokens: /bert/encoder/layer.0/attention/self/Softmax: the mask's input is not a tensor "
     "of symbolic shape [batch, sequence]"},
    {"bert_torchscript_opset17_base",
     "pack-tokens: /encoder/layer.1/output/LayerNorm/LayerNormalization: an output keeps the "
     "sequence axis"},
    {"bert_torchscript_opset17_tokcls",
     "pack-tokens: /classifier/MatMul: an output keeps the sequence axis"},
};

void CheckEncoder(const Optimized& optimized, int layers, bool packed) {
  std::map<std::string, int> counts = CountOps(optimized.module);
  CHECK_EQ(counts["ragged_attention"], packed ? layers : 0);
  CHECK_EQ(counts["attention"], packed ? 0 : layers);
  CHECK_EQ(counts["token_layout"], packed ? 1 : 0);
  CHECK_EQ(counts["embedding"], 1);
  CHECK_EQ(counts["layer_norm"], 1 + 2 * layers);
  CHECK_EQ(counts["add_layer_norm"], 0);
  CHECK_EQ(counts["linear.residual"], 2 * layers);
  CHECK_GE(counts["linear.gelu"], layers);
  for (const char* generic : {"matmul", "softmax", "erf", "gelu", "tanh", "relu", "transpose",
                              "reduce_mean", "pow", "sqrt", "div", "concat", "symbolic"}) {
    INFO(generic);
    CHECK_EQ(counts[generic], 0);
  }
}

TEST_CASE("every exported model is optimized to the same few ops") {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data/tiny_exports")) {
    if (entry.is_directory()) names.insert(entry.path().filename().string());
  }
  CHECK_EQ(names.size(), 22);
  for (const std::string& name : names) {
    CAPTURE(name);
    const Optimized optimized = OptimizeFile("tests/data/tiny_exports/" + name + "/model.onnx");
    const auto why_not = kWhyNotPacked.find(name);
    CheckEncoder(optimized, 2, why_not == kWhyNotPacked.end());
    const std::set<std::string> paths = ExpectedPaths(name);
    CHECK_EQ(LinearPaths(optimized.module), paths);
    CHECK_EQ(CountOps(optimized.module)["linear"], paths.size());

    std::vector<std::string> remarks;
    for (const ir::Remark& remark : optimized.report.remarks) {
      remarks.push_back(remark.pass + ": " + remark.location.node() + ": " + remark.text);
    }
    std::vector<std::string> expected;
    if (why_not != kWhyNotPacked.end()) expected.push_back(why_not->second);
    CHECK_EQ(remarks, expected);
  }
}

TEST_CASE("a mask whose dimensions have other names is packed, too") {
  std::ifstream stream("tests/data/tiny_exports/bert_dynamo_opset18_sdpa/model.onnx",
                       std::ios::binary);
  std::string file{std::istreambuf_iterator<char>(stream), {}};
  // The input's ValueInfoProto: its name, then its type with the names s18 and s41.
  const size_t mask = file.find(
      "\x0a\x0e"
      "attention_mask\x12");
  REQUIRE(mask != std::string::npos);
  for (const char* name : {"s18", "s41"}) {
    const size_t dim = file.find(name, mask);
    REQUIRE(dim - mask < 64);
    file[dim] = 'z';
  }
  auto module = frontend_onnx::ImportBytes(std::as_bytes(std::span(file.data(), file.size())));
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  for (const auto& argument : module->arguments()) {
    CHECK_EQ(argument->type().ToString(), "i64[s18,s41]");
  }
  CheckEncoder(OptimizeOk(*std::move(module)), 2, true);
}

TEST_CASE("the bundled model is packed, and all of its linears have their names") {
  const Optimized optimized = OptimizeFile("models/minilm_l6_mrpc/model.onnx");
  CheckEncoder(optimized, 6, true);
  CHECK_EQ(LinearPaths(optimized.module),
           BertPaths("bert.encoder.layer", 6, {"bert.pooler.dense", "classifier"}));
  CHECK_EQ(CountOps(optimized.module)["linear"], 38);
  CHECK(optimized.report.remarks.empty());
}

TEST_CASE("Schedule merges query, key and value, in the last layer only key and value") {
  for (const Precision precision : {Precision::kFp32, Precision::kInt8, Precision::kDebug}) {
    auto module = frontend_onnx::ImportFile("models/minilm_l6_mrpc/model.onnx");
    REQUIRE(module.ok());
    PipelineOptions options;
    options.precision = precision;
    REQUIRE(Lower(&*module, options).ok());
    REQUIRE(Schedule(&*module).ok());
    std::map<std::string, std::string> node_of_path;
    for (const auto& op : module->ops()) {
      if (op->kind() == OpKind::kLinear || op->kind() == OpKind::kQLinear) {
        node_of_path[op->location().module_path()] = op->location().node();
      }
    }
    CHECK_EQ(node_of_path.size(), 38 - 2 * 5 - 1);
    const std::string layer = "bert.encoder.layer.";
    CHECK_EQ(node_of_path[layer + "0.attention.self.{query,key,value}"],
             "/bert/encoder/layer.0/attention/self/{query,key,value}/MatMul");
    CHECK_EQ(node_of_path.count(layer + "5.attention.self.query"), 1);
    CHECK_EQ(node_of_path.count(layer + "5.attention.self.{key,value}"), 1);
  }
}

TEST_CASE("a linear that its qconfig leaves in float is not merged with quantized ones") {
  auto module = frontend_onnx::ImportFile("models/minilm_l6_mrpc/model.onnx");
  REQUIRE(module.ok());
  PipelineOptions options;
  options.qconfig["bert.encoder.layer.0.attention.self.key"] = std::nullopt;
  REQUIRE(Lower(&*module, options).ok());
  REQUIRE(Schedule(&*module).ok());
  std::set<std::string> paths;
  for (const auto& op : module->ops()) {
    if (op->kind() == OpKind::kQLinear) paths.insert(op->location().module_path());
  }
  CHECK(paths.contains("bert.encoder.layer.0.attention.self.{query,value}"));
  CHECK_EQ(LinearPaths(*module), std::set<std::string>{"bert.encoder.layer.0.attention.self.key"});
}

TEST_CASE("an attention has the path of its module") {
  const Optimized optimized =
      OptimizeFile("tests/data/tiny_exports/bert_torchscript_opset14_eager/model.onnx");
  std::set<std::string> paths;
  for (const auto& op : optimized.module.ops()) {
    if (op->kind() == OpKind::kRaggedAttention) paths.insert(op->location().module_path());
  }
  CHECK_EQ(paths, std::set<std::string>{"bert.encoder.layer.0.attention.self",
                                        "bert.encoder.layer.1.attention.self"});
}

TEST_CASE("synthetic models are optimized like exported ones") {
  const auto architecture = FindArchitecture("bert-tiny");
  REQUIRE(architecture.ok());
  auto module = MakeSyntheticModule(*architecture);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  const Optimized optimized = OptimizeOk(*std::move(module));
  CheckEncoder(optimized, 2, true);
  CHECK_EQ(LinearPaths(optimized.module),
           BertPaths("bert.encoder.layer", 2, {"bert.pooler.dense", "classifier"}));
  CHECK(optimized.report.remarks.empty());
}

TEST_CASE("an unknown architecture names the known ones") {
  const auto unknown = FindArchitecture("bert-huge");
  CHECK_EQ(unknown.status().code(), StatusCode::kInvalidArgument);
  CHECK_EQ(unknown.status().message(),
           "unknown architecture 'bert-huge': one of bert-tiny, bert-mini, minilm-l6, minilm-l12, "
           "bert-base, bert-large");
}

TEST_CASE("the report starts with the first pass, and does not have the disabled passes") {
  const auto architecture = FindArchitecture("bert-tiny");
  REQUIRE(architecture.ok());
  auto module = MakeSyntheticModule(*architecture);
  REQUIRE(module.ok());
  ir::PassManager::Options options;
  options.disabled = {"cse", "dce"};
  const Optimized optimized = OptimizeOk(*std::move(module), options);
  REQUIRE(!optimized.report.timings.empty());
  CHECK_EQ(optimized.report.timings.front().name, "fold-constants");
  for (const ir::PassTiming& timing : optimized.report.timings) {
    CHECK_NE(timing.name, "cse");
    CHECK_NE(timing.name, "dce");
  }
}

}  // namespace
}  // namespace octet::bert
