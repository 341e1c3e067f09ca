#include "bert/open_model.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "bert/engine.h"
#include "tests/bert/temp_folder.h"

namespace octet::bert {
namespace {

constexpr const char* kModel = "models/minilm_l6_mrpc";
constexpr const char* kWithoutTokenizer = "tests/data/tiny_exports/bert_torchscript_opset14_sdpa";

TEST_CASE("a folder gives the graph, the configuration and the tokenizer") {
  const auto model = OpenModel(kModel);
  REQUIRE_MESSAGE(model.ok(), model.status().ToString());
  CHECK(model->files.model == "models/minilm_l6_mrpc/model.onnx");
  CHECK(model->module.stage() == ir::Stage::kImport);
  REQUIRE(model->text.ok());
  CHECK(model->text->config.id2label == std::vector<std::string>{"not_equivalent", "equivalent"});
  CHECK(model->text->tokenizer->Encode("Hello", std::nullopt, 8)->ids ==
        std::vector<int32_t>{101, 7592, 102});
}

TEST_CASE("a graph is opened without a tokenizer") {
  const auto model = OpenModel(kWithoutTokenizer);
  REQUIRE_MESSAGE(model.ok(), model.status().ToString());
  CHECK(model->text.status().code() == StatusCode::kNotFound);
  CHECK(OpenModule(kWithoutTokenizer).ok());
}

TEST_CASE("an error of the graph comes first, with its file") {
  const TempFolder folder;
  const std::string file = folder.Write("model.onnx", "PK\x03\x04");
  for (const Status& status : {OpenModel(folder.Path()).status(), OpenModule(file).status()}) {
    CHECK(status.code() == StatusCode::kInvalidModel);
    CHECK(status.place().file == file);
  }
  CHECK(OpenModel(folder.Path("nowhere")).status().code() == StatusCode::kNotFound);
}

TEST_CASE("the first bytes of a file select its format, the last format takes other files") {
  const ModelFormat formats[] = {{"a", ".a", "AAAA", nullptr, nullptr},
                                 {"b", ".b", "AA", nullptr, nullptr},
                                 {"c", ".c", "", nullptr, nullptr}};
  CHECK(FindModelFormat(formats, "AAAAB").name == "a");
  CHECK(FindModelFormat(formats, "AAAB").name == "b");
  CHECK(FindModelFormat(formats, "A").name == "c");
  CHECK(FindModelFormat(formats, "").name == "c");
}

// Whether the report has a timing of the pass.
bool Ran(const PipelineReport& report, std::string_view pass) {
  return std::ranges::any_of(report.timings, [&](const auto& t) { return t.name == pass; });
}

TEST_CASE("a module is optimized once and compiled several times, with the same program") {
  auto module = OpenModule(kWithoutTokenizer);
  REQUIRE(module.ok());
  ir::Module core = module->Clone();
  PipelineReport optimized;
  REQUIRE(Optimize(&core, {}, &optimized).ok());
  CHECK(Ran(optimized, "fuse-linear"));
  for (const Precision precision : {Precision::kFp32, Precision::kInt8, Precision::kDebug}) {
    EngineOptions options;
    options.pipeline.precision = precision;
    const auto at_once = BuildEngine(module->Clone(), options);
    const auto from_core = BuildEngine(core.Clone(), options);
    REQUIRE(at_once.ok());
    REQUIRE(from_core.ok());
    CHECK(Ran(at_once->report, "fuse-linear"));
    CHECK_FALSE(Ran(from_core->report, "fuse-linear"));
    CHECK(Ran(from_core->report, "fuse-qkv"));
    CHECK(from_core->program->Print() == at_once->program->Print());
    CHECK(from_core->weight_bytes == at_once->weight_bytes);
  }
}

}  // namespace
}  // namespace octet::bert
