#include "bert/context.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace octet::bert {
namespace {

const std::string kExports = "tests/data/tiny_exports/";
constexpr int64_t kMaxLength = 64;  // the positions of the tiny exports

// Spells words of the letters a to e.
std::shared_ptr<const text::Tokenizer> SpellingTokenizer() {
  auto vocabulary = text::Vocabulary::Parse(
      "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\ne\n##a\n##b\n##c\n##d\n##e\n");
  REQUIRE(vocabulary.ok());
  auto tokenizer = text::Tokenizer::Create(*std::move(vocabulary));
  REQUIRE(tokenizer.ok());
  return std::make_shared<const text::Tokenizer>(*std::move(tokenizer));
}

// The exports have no tokenizer of their own.
std::shared_ptr<const Encoder> TinyEncoder(const std::string& name) {
  auto loaded = LoadEncoder(kExports + name);
  REQUIRE_MESSAGE(loaded.ok(), loaded.status().ToString());
  CHECK((*loaded)->text.status().code() == StatusCode::kNotFound);
  TextParts text;
  text.tokenizer = SpellingTokenizer();
  return std::make_shared<const Encoder>(
      Encoder{(*loaded)->engine, std::move(text), (*loaded)->file});
}

Result<Context> MakeClassifier(const std::string& name, int64_t max_length = kMaxLength) {
  auto pool = runtime::ThreadPool::Create(1);
  REQUIRE(pool.ok());
  return Context::Create(TinyEncoder(name), ClassifyTask(), *pool, max_length);
}

const std::vector<TextPair> kTexts = {
    {"a b cd", "e"}, {"abcde abcde abcde", "c d"}, {"", ""}, {"e", "e e e e e e"}};

TEST_CASE("a text gets the same logits alone and in a batch") {
  auto classifier = MakeClassifier("bert_torchscript_opset14_sdpa");
  REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
  CHECK(classifier->width() == 2);
  std::vector<float> together;
  REQUIRE(classifier->Run(kTexts, &together).ok());
  REQUIRE(together.size() == 2 * kTexts.size());
  // The texts have 5, 17, 0 and 7 tokens; [CLS] and two [SEP] are added to each.
  CHECK(classifier->num_tokens() == 5 + 17 + 0 + 7 + 3 * 4);

  std::vector<float> one_by_one;
  for (const TextPair& text : kTexts) {
    REQUIRE(classifier->Run({&text, 1}, &one_by_one).ok());
  }
  CHECK(one_by_one == together);
  CHECK(classifier->num_tokens() == 2 * (5 + 17 + 0 + 7 + 3 * 4));
  CHECK(!std::equal(together.begin(), together.begin() + 2, together.begin() + 2));
}

TEST_CASE("a single text and a pair with an empty text are different inputs") {
  auto classifier = MakeClassifier("bert_torchscript_opset14_sdpa");
  REQUIRE(classifier.ok());
  std::vector<float> logits;
  REQUIRE(classifier->Run({{{"a", std::nullopt}, {"a", ""}}}, &logits).ok());
  CHECK(classifier->num_tokens() == 3 + 4);
  CHECK(!std::equal(logits.begin(), logits.begin() + 2, logits.begin() + 2));
}

TEST_CASE("a text is cut to the maximal length") {
  auto classifier = MakeClassifier("bert_torchscript_opset14_sdpa", 8);
  REQUIRE(classifier.ok());
  std::vector<float> logits;
  REQUIRE(classifier->Run({{{"abcde", "abcde"}, {"ab", "abc"}}}, &logits).ok());
  CHECK(classifier->num_tokens() == 16);
  CHECK(std::equal(logits.begin(), logits.begin() + 2, logits.begin() + 2));
}

TEST_CASE("a length without room for text is an error, and nothing is appended") {
  for (const int64_t max_length : {-1, 2, 129}) {
    CHECK(MakeClassifier("bert_torchscript_opset14_sdpa", max_length).ok() == (max_length == 129));
  }
  auto classifier = MakeClassifier("bert_torchscript_opset14_sdpa", 3);
  REQUIRE(classifier.ok());
  std::vector<float> logits = {1.0f};
  const Status status = classifier->Run({{{"a", "b"}}}, &logits);
  CHECK(status.code() == StatusCode::kInvalidArgument);
  CHECK(logits == std::vector<float>{1.0f});
  CHECK(classifier->num_tokens() == 0);
}

TEST_CASE("a model without a tokenizer cannot run texts, and the error says why") {
  const auto encoder = LoadEncoder(kExports + "bert_torchscript_opset14_sdpa");
  REQUIRE(encoder.ok());
  const Status status =
      Context::Create(*encoder, ClassifyTask(), std::make_shared<runtime::ThreadPool>()).status();
  CHECK(status.code() == StatusCode::kNotFound);
  CHECK(status.message().find("vocab.txt") != std::string::npos);
}

TEST_CASE("models without token types") {
  auto classifier = MakeClassifier("distilbert_torchscript_opset14_sdpa");
  REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
  std::vector<float> logits;
  REQUIRE(classifier->Run(kTexts, &logits).ok());
  CHECK(logits.size() == 2 * kTexts.size());
}

TEST_CASE("a model that does not classify sequences is refused, with its output's type") {
  for (const auto& [name, type] :
       {std::pair("bert_torchscript_opset17_base", "f32[batch,sequence,64]"),
        std::pair("bert_torchscript_opset17_tokcls", "f32[batch,sequence,")}) {
    const Status status = MakeClassifier(name).status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    CHECK_MESSAGE(status.message().find(type) != std::string::npos, status.message());
    CHECK(status.place().file == kExports + name + "/model.onnx");
  }
}

}  // namespace
}  // namespace octet::bert
