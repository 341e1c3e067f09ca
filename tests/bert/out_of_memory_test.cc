// If any allocation fails on the way from files and texts to results, the answer is OutOfMemory.
// Functions below the public API may throw std::bad_alloc instead.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "bert/engine.h"
#include "bert/glue.h"
#include "bert/open_model.h"
#include "bert/synthetic.h"
#include "frontend_onnx/importer.h"
#include "octet/octet.h"
#include "quant/qconfig.h"
#include "runtime/session.h"
#include "tests/bert/temp_folder.h"
#include "tests/support/allocation_sweep.h"
#include "text/tokenizer_json.h"
#include "text/vocab.h"

namespace octet::bert {
namespace {

using testing::BadAlloc;
using testing::SweepAllocations;

const std::string kFolder = "tests/data/attacks/json_out_of_memory";
const std::string kTokenizer = kFolder + "/tokenizer.json";
const std::string kExport = "tests/data/tiny_exports/bert_torchscript_opset14_sdpa/model.onnx";

// The small model with every file that octet reads from a model's folder.
class WholeFolder {
 public:
  WholeFolder() {
    std::filesystem::copy(kFolder, folder_.Path());
    folder_.Write("tokenizer_config.json",
                  R"({"do_lower_case": true, "model_max_length": 64, "cls_token": "[CLS]",
                      "model_input_names": ["input_ids", "token_type_ids"],
                      "additional_special_tokens": ["<first>", {"content": "<second>"}]})");
    folder_.Write("special_tokens_map.json", R"({"sep_token": {"content": "[SEP]"}})");
    folder_.Write("added_tokens.json", R"({"<first>": 10, "<second>": 11})");
  }
  std::string path() const { return folder_.Path(); }

 private:
  TempFolder folder_;
};

TEST_CASE("JSON: values of every kind, and every error") {
  for (const char* text :
       {R"({"a long key, as there are": [1, -1, 1.5, NaN, "a string of some length", true, null],
            "b": {"c": {}, "d": [[], [{}]]}, "Infinity": [Infinity, -Infinity]})",
        "[1, 2", R"({"a": 1, "a": 2})", "[[[[\"unfinished", "[1e999]", "[\"\xff\"]"}) {
    CAPTURE(text);
    const int failed = SweepAllocations(
        [&] {
          const Status status = ParseJson(text).status();
          return status.code() == StatusCode::kCorruptFile ? Status() : status;
        },
        BadAlloc::kIsOutOfMemory);
    CHECK(failed > 0);
  }
}

TEST_CASE("tokenizers: tokenizer.json, vocab.txt, and texts") {
  const auto load = [] { return text::LoadTokenizerJson(kTokenizer).status(); };
  CHECK(SweepAllocations(load, BadAlloc::kIsOutOfMemory) > 100);
  for (const std::string model : {"bpe_byte_fallback", "unigram_words"}) {
    const std::string path = "tests/data/tokenizer_json/" + model + "/tokenizer.json";
    const auto load_model = [&] { return text::LoadTokenizerJson(path).status(); };
    CHECK(SweepAllocations(load_model, BadAlloc::kIsOutOfMemory, /*step=*/8) > 20);
    const auto other = text::LoadTokenizerJson(path);
    REQUIRE(other.ok());
    const std::string word = std::string(300, 'a') + "\u4e2d";
    CHECK(SweepAllocations([&] { return other->Encode(word, word, 16).status(); },
                           BadAlloc::kIsOutOfMemory) > 5);
  }
  const TempFolder folder;
  const std::string vocab =
      folder.Write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n" + std::string(60, 'a'));
  CHECK(SweepAllocations([&] { return text::Vocabulary::Load(vocab).status(); },
                         BadAlloc::kIsOutOfMemory) > 5);
  const auto tokenizer = text::LoadTokenizerJson(kTokenizer);
  REQUIRE(tokenizer.ok());
  const std::string text = "hello cats [SEP] \u4e2d\u6587 A\u0301\u0323 worlds, and more of them";
  CHECK(SweepAllocations([&] { return tokenizer->Encode(text, text, 16).status(); },
                         BadAlloc::kIsOutOfMemory) > 20);
}

TEST_CASE("GLUE files and qconfigs") {
  const TempFolder folder;
  const std::string path =
      folder.Write("dev.tsv",
                   "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n"
                   "1\t1\t2\ta sentence of some length\tanother one\n0\t1\t2\ta\tb\n");
  const GlueTask& task = **FindGlueTask("MRPC");
  CHECK(SweepAllocations([&] { return ReadGlue(path, task).status(); }, BadAlloc::kIsOutOfMemory) >
        10);
  const auto parse = [] {
    return quant::ParseQConfigDict(
               R"({"": "per_token_dynamic_qconfig", "bert.encoder.layer.0": null,
                   "classifier": {"weight": {"qscheme": "per_channel_symmetric"},
                                  "activation": {"reduce_range": true}, "attention": "bf16"}})")
        .status();
  };
  CHECK(SweepAllocations(parse, BadAlloc::kIsOutOfMemory) > 20);
}

TEST_CASE("ONNX files and model folders") {
  const auto import = [](const std::string& path) {
    return [path] { return frontend_onnx::ImportFile(path).status(); };
  };
  CHECK(SweepAllocations(import(kFolder + "/model.onnx"), BadAlloc::kIsOutOfMemory) > 50);
  CHECK(SweepAllocations(import(kExport), BadAlloc::kIsOutOfMemory, /*step=*/64) > 200);
  const WholeFolder folder;
  const auto open = [&]() -> Status {
    OCTET_ASSIGN_OR_RETURN(const LoadedModel model, OpenModel(folder.path()));
    return model.text.status();
  };
  CHECK(SweepAllocations(open, BadAlloc::kIsOutOfMemory) > 500);
}

Result<ir::Module> OneLayer() {
  return MakeSyntheticModule({.name = "one layer",
                              .layers = 1,
                              .hidden = 32,
                              .heads = 2,
                              .intermediate = 64,
                              .vocabulary = 10,
                              .positions = 64});
}

TEST_CASE("compiling in int8") {
  EngineOptions options;
  options.pipeline.precision = Precision::kInt8;
  const auto module = OneLayer();
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  const auto build = [&] { return BuildEngine(module->Clone(), options).status(); };
  CHECK(SweepAllocations(build, BadAlloc::kIsOutOfMemory, /*step=*/16) > 40);
}

TEST_CASE("runs of a session") {
  auto module = OneLayer();
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  const auto engine = BuildEngine(*std::move(module));
  REQUIRE_MESSAGE(engine.ok(), engine.status().ToString());
  const auto pool = runtime::ThreadPool::Create(1);
  REQUIRE(pool.ok());
  runtime::Session session(engine->program, *pool);
  const std::vector<int64_t> values(64, 1);
  std::vector<ir::TensorView> inputs(static_cast<size_t>(engine->program->num_arguments),
                                     {ir::DType::kI64, {1, 1}, values.data()});
  int64_t length = 0;
  const auto run = [&] {
    // Every run has another shape, so that the session has no plan for it yet.
    ++length;
    for (ir::TensorView& input : inputs) input.dims[1] = 1 + length % 64;
    return session.Run(inputs).status();
  };
  CHECK(SweepAllocations(run, BadAlloc::kIsAnError) > 50);
}

TEST_CASE("the public API: loading, and running texts and tensors") {
  const WholeFolder folder;
  const std::string path = folder.path();
  const ModelOptions fp32;
  const auto load = [&] { return TextClassifier::Load(path, fp32, {.threads = 2}).status(); };
  CHECK(SweepAllocations(load, BadAlloc::kIsAnError) > 500);
  const ModelOptions by_json = {.qconfig = R"({"": "default_dynamic_qconfig"})"};
  CHECK(SweepAllocations([&] { return Model::Load(path, by_json).status(); }, BadAlloc::kIsAnError,
                         /*step=*/64) > 100);

  auto classifier = TextClassifier::Load(path, fp32, {.threads = 2});
  REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
  std::vector<std::string> longer = {"hello"};
  while (longer.size() < 40) longer.push_back(longer.back() + " cats");
  size_t length = 0;
  const auto classify = [&] {
    // Every call has another shape, so that the session has no plan for it yet.
    const TextInput texts[] = {{longer[++length % longer.size()], "a"}, {"hello hello a", "a"}};
    return classifier->Classify(texts).status();
  };
  CHECK(SweepAllocations(classify, BadAlloc::kIsAnError) > 50);

  const auto model = Model::Load(path);
  REQUIRE(model.ok());
  const auto threads = Threads::Create(2);
  REQUIRE(threads.ok());
  const std::vector<int64_t> values(10, 1);
  const std::vector<Tensor> inputs(model->inputs().size(),
                                   Tensor{ElementType::kInt64, {2, 5}, values.data()});
  const auto run = [&] {
    octet::Context context(*model, *threads);
    return context.Run(inputs).status();
  };
  // The constructor of Context can only throw.
  CHECK(SweepAllocations(run, BadAlloc::kIsOutOfMemory) > 20);
  octet::Context context(*model, *threads);
  CHECK(SweepAllocations([&] { return context.Run(inputs).status(); }, BadAlloc::kIsAnError) > 0);
}

}  // namespace
}  // namespace octet::bert

// If an allocation inside libprotobuf fails, libprotobuf does not give back what it allocated just
// before.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:libprotobuf\nleak:libonnx_proto\n";
}
