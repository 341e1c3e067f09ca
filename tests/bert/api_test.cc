// The public API, used as a program outside of this tree would.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>

#include "octet/octet.h"
#include "tests/bert/temp_folder.h"
#include "tests/support/resident_bytes.h"

namespace {

constexpr const char* kModel = "models/minilm_l6_mrpc";

const std::vector<octet::TextInput> kTexts = {
    {"The cat sat on the mat.", "A cat was sitting on the mat."},
    {"The cat sat on the mat.", "Shares fell by 3 % on Monday."}};

TEST_CASE("a folder becomes a classifier") {
  auto classifier = octet::TextClassifier::Load(kModel);
  REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
  const auto both = classifier->Classify(kTexts);
  REQUIRE(both.ok());
  CHECK((*both)[0].label_name == "equivalent");
  CHECK((*both)[0].label == 1);
  CHECK((*both)[1].label_name == "not_equivalent");
  const auto second = classifier->Classify(std::span(kTexts).subspan(1));
  REQUIRE(second.ok());
  CHECK((*second)[0].logits == (*both)[1].logits);
}

TEST_CASE("classifiers of many threads share one copy of the weights, and give the same bits") {
  const auto model = octet::Model::Load(kModel);
  REQUIRE_MESSAGE(model.ok(), model.status().ToString());
  CHECK(model->weight_bytes() > 20'000'000);
  auto alone = octet::TextClassifier::Create(*model, octet::Threads());
  REQUIRE_MESSAGE(alone.ok(), alone.status().ToString());
  const auto expected = alone->Classify(kTexts);
  REQUIRE(expected.ok());
  const int64_t before = octet::testing::ResidentBytes();
  REQUIRE(before > model->weight_bytes());

  constexpr size_t kCallers = 8;
  struct Caller {
    std::optional<octet::TextClassifier> classifier;
    std::vector<float> logits;
  };
  std::vector<Caller> callers(kCallers);
  std::vector<std::thread> threads;
  for (Caller& caller : callers) {
    threads.emplace_back([&] {
      auto created = octet::TextClassifier::Create(*model, octet::Threads());
      if (!created.ok()) return;
      caller.classifier = *std::move(created);
      for (int run = 0; run < 3; ++run) {
        const auto results = caller.classifier->Classify(kTexts);
        if (!results.ok()) return;
        for (const auto& result : *results) {
          caller.logits.insert(caller.logits.end(), result.logits.begin(), result.logits.end());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // All classifiers are still alive. Eight copies of the weights would take eight times as much.
  CHECK(octet::testing::ResidentBytes() - before < model->weight_bytes());
  for (const Caller& caller : callers) {
    REQUIRE(caller.logits.size() == 3 * 2 * kTexts.size());
    for (size_t i = 0; i < caller.logits.size(); ++i) {
      const size_t text = i / 2 % kTexts.size();
      CHECK(caller.logits[i] == (*expected)[text].logits[i % 2]);
    }
  }
}

TEST_CASE("a model without a tokenizer loads, but cannot classify texts") {
  const auto model =
      octet::Model::Load("tests/data/tiny_exports/bert_torchscript_opset14_sdpa/model.onnx");
  REQUIRE_MESSAGE(model.ok(), model.status().ToString());
  CHECK(model->outputs().size() == 1);
  const auto classifier = octet::TextClassifier::Create(*model, octet::Threads());
  CHECK(classifier.status().code() == octet::StatusCode::kNotFound);
  CHECK(classifier.status().ToString().find("vocab.txt") != std::string::npos);
}

TEST_CASE("a model describes its inputs and outputs, and contexts of many threads run it") {
  const auto model = octet::Model::Load(kModel, {.precision = octet::ModelPrecision::kFp32});
  REQUIRE_MESSAGE(model.ok(), model.status().ToString());
  REQUIRE(model->inputs().size() == 3);
  CHECK(model->inputs()[0].name == "input_ids");
  CHECK(model->inputs()[0].type == octet::ElementType::kInt64);
  CHECK(model->inputs()[0].dims == std::vector<std::string>{"batch", "sequence"});
  CHECK(model->outputs()[0].name == "logits");
  CHECK(model->outputs()[0].dims == std::vector<std::string>{"batch", "2"});

  const std::vector<int64_t> ids = {101, 1996, 4937, 2938, 102};
  const std::vector<int64_t> mask(5, 1);
  const std::vector<int64_t> types(5, 0);
  const auto tensor = [](const std::vector<int64_t>& values) {
    return octet::Tensor{octet::ElementType::kInt64, {1, 5}, values.data()};
  };
  const std::vector<octet::Tensor> inputs = {tensor(ids), tensor(mask), tensor(types)};
  const auto threads = octet::Threads::Create(2);
  REQUIRE(threads.ok());
  std::vector<std::vector<float>> results(4);
  std::vector<std::thread> callers;
  for (std::vector<float>& result : results) {
    callers.emplace_back([&] {
      octet::Context context(*model, *threads);
      const auto outputs = context.Run(inputs);
      if (!outputs.ok()) return;
      const auto* logits = static_cast<const float*>((*outputs)[0].data);
      result.assign(logits, logits + 2);
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(results[0].size() == 2);
  CHECK(std::ranges::all_of(results, [&](const auto& r) { return r == results[0]; }));
}

TEST_CASE("errors say what is wrong") {
  const auto missing = octet::Model::Load("no/such/model");
  CHECK(missing.status().code() == octet::StatusCode::kNotFound);
  CHECK(missing.status().ToString().find("no/such/model") != std::string::npos);
  const auto isa = octet::Model::Load(kModel, {.isa = "mmx"});
  CHECK(isa.status().code() == octet::StatusCode::kInvalidArgument);
  CHECK(isa.status().ToString().find("avx512_vnni") != std::string::npos);
  const auto attention = octet::Model::Load(
      kModel, {.isa = "reference", .attention = octet::AttentionPrecision::kBf16});
  CHECK(attention.status().code() == octet::StatusCode::kUnsupported);
  CHECK(attention.status().ToString().find(kModel) == std::string::npos);  // the file is right
  const auto preset = octet::Model::Load(kModel, {.qconfig = "int3"});
  CHECK(preset.status().code() == octet::StatusCode::kInvalidArgument);
  const auto json = octet::Model::Load(kModel, {.qconfig = "{\"\": 3}"});
  CHECK(json.status().code() == octet::StatusCode::kInvalidArgument);
  CHECK(octet::Threads::Create(-1).status().code() == octet::StatusCode::kInvalidArgument);
  for (const int64_t max_length : {-1, 2, 513}) {
    const auto cut = octet::TextClassifier::Load(kModel, {}, {.max_length = max_length});
    CHECK(cut.status().code() == octet::StatusCode::kInvalidArgument);
  }

  const auto model = octet::Model::Load(kModel);
  const auto threads = octet::Threads::Create(1);
  REQUIRE(model.ok());
  REQUIRE(threads.ok());
  octet::Context context(*model, *threads);
  CHECK(context.Run({}).status().code() == octet::StatusCode::kInvalidArgument);
}

TEST_CASE("label names come from config.json, and their number must fit the model") {
  const octet::bert::TempFolder folder;
  const auto load = [&](const std::string& config) {
    std::filesystem::copy_file("tests/data/tiny_exports/bert_torchscript_opset14_sdpa/model.onnx",
                               folder.Path("model.onnx"),
                               std::filesystem::copy_options::overwrite_existing);
    folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
    folder.Write("config.json", config);
    return octet::TextClassifier::Load(folder.Path());
  };
  const auto unnamed = load("{}");
  REQUIRE_MESSAGE(unnamed.ok(), unnamed.status().ToString());
  CHECK(unnamed->label_names() == std::vector<std::string>{"LABEL_0", "LABEL_1"});
  const auto named = load(R"({"id2label": {"0": "no", "1": "yes"}})");
  REQUIRE_MESSAGE(named.ok(), named.status().ToString());
  CHECK(named->label_names() == std::vector<std::string>{"no", "yes"});
  const auto status = load(R"({"id2label": {"0": "no", "1": "yes", "2": "maybe"}})").status();
  CHECK(status.code() == octet::StatusCode::kInvalidModel);
  CHECK(status.message() == "config.json names 3 labels, the model gives 2 logits");
}

TEST_CASE("the rounding mode of the thread that loads a model does not change a bit") {
  const auto classify = [](octet::Result<octet::TextClassifier> classifier) {
    REQUIRE(classifier.ok());
    return (*classifier->Classify(kTexts))[0].logits;
  };
  const std::vector<float> expected = classify(octet::TextClassifier::Load(kModel));
  const unsigned saved = __builtin_ia32_stmxcsr();
  constexpr unsigned kRoundDownFlushDenormals = 0x1F80 | 0x2000 | 0x8000 | 0x0040;
  __builtin_ia32_ldmxcsr(kRoundDownFlushDenormals);
  auto classifier = octet::TextClassifier::Load(kModel);
  __builtin_ia32_ldmxcsr(saved);
  CHECK(classify(std::move(classifier)) == expected);
}

TEST_CASE("the version is not empty") { CHECK(octet::Version().size() >= 5); }

}  // namespace
