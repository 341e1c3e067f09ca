// The public API, used as a program outside of this tree would.
#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "octet/octet.h"

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

TEST_CASE("a model tells its inputs and outputs, and runs in contexts of many threads") {
  const auto model = octet::Model::Load(kModel, {.precision = octet::ModelPrecision::kFp32});
  REQUIRE_MESSAGE(model.ok(), model.status().ToString());
  REQUIRE(model->inputs().size() == 3);
  CHECK(model->inputs()[0].name == "input_ids");
  CHECK(model->inputs()[0].type == octet::ElementType::kInt64);
  CHECK(model->inputs()[0].dims == std::vector<std::string>{"b", "s"});
  CHECK(model->outputs()[0].name == "logits");
  CHECK(model->outputs()[0].dims == std::vector<std::string>{"b", "2"});

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
  CHECK(attention.status().ToString().find(kModel) == std::string::npos);  // not the file's fault
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

TEST_CASE("the rounding mode of a caller who loads a model changes no bit") {
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

TEST_CASE("the version is that of the build") { CHECK(octet::Version().size() >= 5); }

}  // namespace
