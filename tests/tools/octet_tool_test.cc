// octet's subcommands keep the contract that scripts rely on.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "frontend_onnx/tensor_file.h"
#include "ir/text/parser.h"
#include "kernels/cpu_features.h"
#include "tests/tools/count_opens.h"
#include "tests/tools/run_program.h"
#include "tests/tools/tiny_model.h"

namespace octet::testing {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kVectors = "tests/data/tokenizer/wordpiece_vectors.jsonl";

std::string TinyPath(const std::string& name = kTinyExport) {
  return std::string(kTinyExports) + name;
}

std::string Succeed(const std::vector<std::string>& arguments, const ProgramOptions& options = {}) {
  ProgramResult result = Octet(arguments, options);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return result.out;
}

std::vector<std::string> Keys(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST_CASE("inspect --json has the keys of the contract, and a scale for each channel") {
  const Json json = Json::parse(Succeed({"inspect", TinyPath(), "--json"}));
  CHECK(Keys(json) ==
        std::vector<std::string>{"inputs", "outputs", "parameters", "modules", "weight_bytes"});
  CHECK(json["inputs"][0] == Json{{"name", "input_ids"}, {"type", "i64[batch,sequence]"}});
  CHECK(json["outputs"] == Json::array({{{"name", "logits"}, {"type", "f32[batch,2]"}}}));
  CHECK(json["parameters"] == 88386);
  CHECK(Keys(json["weight_bytes"]) == std::vector<std::string>{"fp32", "int8"});
  CHECK(json["weight_bytes"]["int8"] < json["weight_bytes"]["fp32"]);
  REQUIRE(json["modules"].size() == 14);
  for (const Json& module : json["modules"]) {
    CHECK(Keys(module) == std::vector<std::string>{"path", "op", "in_features", "out_features",
                                                   "precision", "reason", "weight_scale",
                                                   "weight_zero_point"});
    CHECK(module["precision"] == "int8");
    CHECK(module["weight_scale"].size() == module["out_features"].get<size_t>());
    CHECK(module["weight_zero_point"].size() == module["out_features"].get<size_t>());
    for (const Json& scale : module["weight_scale"]) CHECK(scale > 0);
  }
  CHECK(json["modules"][13]["path"] == "classifier");
  CHECK(json["modules"][13]["out_features"] == 2);
}

TEST_CASE("inspect --qconfig leaves in float the modules that it names") {
  const bert::TempFolder folder;
  const std::string qconfig =
      folder.Write("q.json", R"({"": "per_token_dynamic_qconfig", "classifier": null})");
  const Json json = Json::parse(Succeed({"inspect", TinyPath(), "--json", "--qconfig", qconfig}));
  CHECK(json["modules"][12]["precision"] == "int8");
  CHECK(json["modules"][13]["precision"] == "fp32");
  CHECK(json["modules"][13]["weight_scale"].empty());
}

TEST_CASE("inspect prints a table, and the channels of one linear") {
  const std::string table = Succeed({"inspect", TinyPath()});
  CHECK(table.find("bert.encoder.layer.1.intermediate.dense") != std::string::npos);
  const auto channels = Lines(Succeed({"inspect", TinyPath(), "--module", "classifier"}));
  REQUIRE(channels.size() == 3);
  CHECK(channels[0] == "channel\tscale\tzero_point\tweight_min\tweight_max");
  const auto fields = SplitTabs(channels[1]);
  REQUIRE(fields.size() == 5);
  // The larger end of a symmetric channel is 127 steps away from 0.
  const double scale = std::stod(fields[1]);
  CHECK(std::max(-std::stod(fields[3]), std::stod(fields[4])) == doctest::Approx(127 * scale));
}

TEST_CASE("dump prints IR that can be parsed, and the program") {
  for (const std::string stage : {"import", "core", "quant", "scheduled"}) {
    CAPTURE(stage);
    const std::string text = Succeed({"dump", TinyPath(), "--stage", stage});
    const auto module = ir::Parse(text);
    CHECK_MESSAGE(module.ok(), module.status().ToString());
    CHECK((text.find("quantize_dynamic") != std::string::npos) ==
          (stage == "quant" || stage == "scheduled"));
    CHECK((text.find("matmul") != std::string::npos) == (stage == "import"));
  }
  for (const std::string stage : {"quant", "scheduled"}) {
    CAPTURE(stage);
    const std::string text = Succeed({"dump", TinyPath(), "--stage", stage, "--locations"});
    CHECK((text.find(".self.{query,key,value}\"") != std::string::npos) == (stage == "scheduled"));
  }
  const std::string located = Succeed({"dump", TinyPath(), "--stage", "core", "--locations"});
  CHECK(located.find("\"bert.pooler.dense\"") != std::string::npos);
  CHECK(ir::Parse(located).ok());
  CHECK(Succeed({"dump", TinyPath(), "--stage", "program"}).starts_with("program(%input_ids: "));
}

TEST_CASE("explain lists the passes") {
  const std::string text = Succeed({"explain", TinyPath()});
  for (const char* pass : {"fuse-linear", "fuse-attention", "fuse-layer-norm", "pack-tokens"}) {
    CHECK_MESSAGE(text.find(pass) != std::string::npos, pass);
  }
  CHECK(text.find("keep one of several equal ops") != std::string::npos);
  CHECK(text.find("convert-dynamic") == std::string::npos);
}

TEST_CASE("explain --precision int8 explains what is quantized, and what is not") {
  for (const char* precision : {"int8", "debug"}) {
    CAPTURE(precision);
    const std::string text = Succeed({"explain", TinyPath(), "--precision", precision});
    size_t at = 0;
    for (const char* pass : {"pack-tokens", "prepare-dynamic", "convert-dynamic", "fuse-qkv"}) {
      at = text.find(std::string("\n") + pass + " ", at);
      CHECK_MESSAGE(at != std::string::npos, pass);
    }
    CHECK(text.find("stays in float") == std::string::npos);
  }
  const bert::TempFolder folder;
  const std::string qconfig = folder.Write("q.json", R"({"": "per_token_dynamic_qconfig",
                                                         "bert.pooler": null})");
  const std::string text =
      Succeed({"explain", TinyPath(), "--precision", "int8", "--qconfig", qconfig});
  CHECK(text.find("\n  prepare-dynamic: /bert/pooler/dense/") != std::string::npos);
  CHECK(text.find("stays in float: so says its qconfig") != std::string::npos);
}

TEST_CASE("run gives PyTorch's outputs from tensor files") {
  for (const std::string name : {kTinyExport, "bert_torchscript_opset17_base",
                                 "distilbert_dynamo_opset18_sdpa", "bert_external_data"}) {
    CAPTURE(name);
    const bert::TempFolder folder;
    const std::string data = TinyPath(name) + "/test_data_set_0";
    Succeed({"run", TinyPath(name), "--inputs", data, "--outputs", folder.Path("out")});
    int outputs = 0;
    for (; std::filesystem::exists(data + "/output_" + std::to_string(outputs) + ".pb");
         ++outputs) {
      const std::string file = "/output_" + std::to_string(outputs) + ".pb";
      const auto expected = frontend_onnx::ReadTensorFile(data + file);
      const auto actual = frontend_onnx::ReadTensorFile(folder.Path("out") + file);
      REQUIRE(expected.ok());
      REQUIRE_MESSAGE(actual.ok(), actual.status().ToString());
      REQUIRE(actual->dims() == expected->dims());
      for (int64_t i = 0; i < expected->num_elements(); ++i) {
        const double a = actual->as<float>()[i];
        const double b = expected->as<float>()[i];
        CHECK(std::abs(a - b) <= 1e-4 + 1e-4 * std::abs(b));
      }
    }
    CHECK(outputs > 0);
  }
}

TEST_CASE("run --precision debug writes the same bytes as int8") {
  const bert::TempFolder folder;
  for (const std::string precision : {"fp32", "int8", "debug"}) {
    Succeed({"run", TinyPath(), "--inputs", TinyPath() + "/test_data_set_2", "--outputs",
             folder.Path(precision), "--precision", precision});
  }
  const std::string int8 = ReadText(folder.Path("int8/output_0.pb"));
  CHECK(int8 == ReadText(folder.Path("debug/output_0.pb")));
  CHECK(int8 != ReadText(folder.Path("fp32/output_0.pb")));
}

TEST_CASE("bench --json has the keys of the contract") {
  const bert::TempFolder folder;
  const std::string lengths = folder.Write("lengths.txt", "3\n17\n8\n");
  Succeed({"bench", "--synthetic", "bert-tiny", "--lengths", lengths, "--seq", "9", "--precision",
           "fp32,int8,debug", "--threads", "1", "--iterations", "2", "--isa", "avx2", "--quiet",
           "--json", folder.Path("b.json")});
  const Json json = Json::parse(ReadText(folder.Path("b.json")));
  CHECK(Keys(json) == std::vector<std::string>{"schema", "runs"});
  CHECK(json["schema"] == 1);
  REQUIRE(json["runs"].size() == 3);
  for (const Json& run : json["runs"]) {
    CHECK(Keys(run) == std::vector<std::string>{"precision", "batch", "seq", "threads", "isa",
                                                "best_ms", "median_ms", "iterations", "peak_gmacs",
                                                "achieved_gmacs"});
    CHECK(run["batch"] == 3);
    CHECK(run["seq"] == 17);
    CHECK(run["threads"] == 1);
    CHECK(run["isa"] == "avx2");
    CHECK(run["iterations"] == 2);
    CHECK(run["best_ms"] > 0);
    CHECK(run["median_ms"] >= run["best_ms"]);
    CHECK(run["peak_gmacs"] > 0);
    CHECK(run["achieved_gmacs"] > 0);
  }
}

TEST_CASE("bench measures a user's model") {
  const std::string table = Succeed({"bench", TinyPath(), "--batch", "2", "--seq", "8",
                                     "--iterations", "1", "--precision", "int8"});
  CHECK(table.find("batch 2 x 8, 16 tokens") != std::string::npos);
  CHECK(table.find("int8") != std::string::npos);
}

TEST_CASE("a model is imported once for all precisions") {
  const TinyModel tiny;  // a file that no other test opens
  const auto opens = [&](const std::vector<std::string>& arguments) {
    return CountOpens(tiny.Path("model/model.onnx"), [&] { Succeed(arguments); });
  };
  const int once = opens({"dump", tiny.model(), "--stage", "import"});
  CHECK(once > 0);
  CHECK(opens({"inspect", tiny.model()}) == once);
  CHECK(opens({"explain", tiny.model()}) == once);
  CHECK(opens({"bench", tiny.model(), "--batch", "1", "--seq", "8", "--iterations", "1",
               "--precision", "fp32,int8,debug"}) == once);
}

TEST_CASE("bench shows the precision of attention if it is not f32") {
  if (!kernels::CpuHasIsa(kernels::Isa::kAvx512Bf16)) {
    std::printf("SKIPPED: this CPU has no AVX512_BF16\n");
    return;
  }
  const bert::TempFolder folder;
  const std::string table = Succeed({"bench", "--synthetic", "bert-tiny", "--batch", "1", "--seq",
                                     "8", "--iterations", "1", "--precision", "int8", "--attention",
                                     "bf16", "--profile", "--json", folder.Path("b.json")});
  CHECK(table.find(", bf16 attention, ") != std::string::npos);
  CHECK(table.find("attention_bf16") != std::string::npos);
  CHECK(Json::parse(ReadText(folder.Path("b.json")))["runs"][0]["attention"] == "bf16");
}

TEST_CASE("every command takes a synthetic model instead of a model") {
  const std::vector<std::string> synthetic = {"--synthetic", "bert-tiny"};
  const auto with = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), synthetic.begin(), synthetic.end());
    return Succeed(arguments);
  };
  const Json json = Json::parse(with({"inspect", "--json"}));
  CHECK(json["outputs"][0]["type"] == "f32[b,2]");
  CHECK(json["modules"].size() == 2 * 6 + 2);
  CHECK(with({"dump", "--stage", "core"}).find("attention") != std::string::npos);
  CHECK(with({"explain"}).find("fuse-attention") != std::string::npos);
  const bert::TempFolder folder;
  with({"run", "--inputs", TinyPath() + "/test_data_set_0", "--outputs", folder.Path()});
  CHECK(frontend_onnx::ReadTensorFile(folder.Path("output_0.pb")).ok());
}

// Checks what `octet tokenize` writes for the vectors of one vocabulary.
void CheckVectors(const std::string& vocabulary, const std::vector<std::string>& flags) {
  std::string requests;
  std::vector<Json> expected;
  for (const std::string& line : Lines(ReadText(kVectors))) {
    const Json vector = Json::parse(line);
    if (vector["vocab"] != vocabulary) continue;
    requests +=
        Json{{"a", vector["a"]}, {"b", vector["b"]}, {"max_length", vector["max_length"]}}.dump() +
        "\n";
    expected.push_back(
        {{"ids", vector["ids"]}, {"type_ids", vector["type_ids"]}, {"offsets", vector["offsets"]}});
  }
  REQUIRE(expected.size() > 700);
  std::vector<std::string> arguments = {
      "tokenize", "--vocab", "tests/data/tokenizer/bert-base-" + vocabulary + "-vocab.txt"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  const auto answers = Lines(Succeed(arguments, {.stdin_text = requests}));
  REQUIRE(answers.size() == expected.size());
  for (size_t i = 0; i < answers.size(); ++i) CHECK(Json::parse(answers[i]) == expected[i]);
}

TEST_CASE("tokenize gives the reference's ids, type ids and offsets") {
  CheckVectors("uncased", {});
  CheckVectors("cased", {"--cased"});
}

TEST_CASE("tokenize takes a model's folder and a file") {
  const bert::TempFolder folder;
  const std::string file =
      folder.Write("r.jsonl", "{\"a\": \"Hello\"}\n{\"a\":\"a\",\"b\":\"b\"}\n");
  CHECK(Succeed({"tokenize", "--model", "models/minilm_l6_mrpc", file}) ==
        "{\"ids\":[101,7592,102],\"type_ids\":[0,0,0],\"offsets\":[[0,0],[0,5],[0,0]]}\n"
        "{\"ids\":[101,1037,102,1038,102],\"type_ids\":[0,0,0,1,1],"
        "\"offsets\":[[0,0],[0,1],[0,0],[0,1],[0,0]]}\n");
}

}  // namespace
}  // namespace octet::testing
