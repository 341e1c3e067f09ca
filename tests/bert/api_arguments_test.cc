// The public API, given arguments that mean nothing: each is an error that names the argument.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/bert/api_model.h"

namespace octet::testing {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMaxDim = (int64_t{1} << 31) - 1;

class TinyContext {
 public:
  explicit TinyContext(int threads = 1, const ModelOptions& options = {})
      : context_(LoadModel(kTinyModel, options), MakeThreads(threads)) {}

  // The result of two sentences of 5 tokens, after `edit` of their tensors or of their numbers.
  Result<std::vector<Tensor>> With(const std::function<void(std::vector<Tensor>&)>& edit) {
    std::vector<Tensor> inputs = batch_.Inputs();
    edit(inputs);
    return context_.Run(inputs);
  }
  Result<std::vector<Tensor>> WithNumbers(const std::function<void(TokenBatch&)>& edit) {
    batch_ = TokenBatch(2, 5);
    edit(batch_);
    return context_.Run(batch_.Inputs());
  }

 private:
  TokenBatch batch_ = TokenBatch(2, 5);
  Context context_;
};

TEST_CASE_FIXTURE(TinyContext, "the number of inputs, and their types and sizes") {
  using Tensors = std::vector<Tensor>;
  const auto check = [&](const char* text, const std::function<void(Tensors&)>& edit) {
    CheckInvalid(With(edit).status(), text);
  };
  check("3 inputs; the run gives 0", [](Tensors& x) { x.clear(); });
  check("3 inputs; the run gives 2", [](Tensors& x) { x.pop_back(); });
  check("3 inputs; the run gives 4", [](Tensors& x) { x.push_back(x[0]); });
  check("input 'input_ids' is f32", [](Tensors& x) { x[0].type = ElementType::kFloat32; });
  check("input 'attention_mask' is i64[]", [](Tensors& x) { x[1].dims = {}; });
  check("input 'input_ids' is i64[2,5,1]", [](Tensors& x) { x[0].dims = {2, 5, 1}; });
  check("input 'input_ids' is i64[-2,-5]", [](Tensors& x) { x[0].dims = {-2, -5}; });
  check("a dimension is out of range", [](Tensors& x) { x[0].dims = {kMax, kMax}; });
  check("a dimension is out of range", [](Tensors& x) { x[0].dims = {kMin, 0}; });
  check("more than memory can hold", [](Tensors& x) {
    for (Tensor& tensor : x) tensor.dims = {kMaxDim, kMaxDim};
  });
  check("input 'attention_mask' is i64[2,5]", [](Tensors& x) { x[0].dims = {1, 5}; });
  CHECK(With([](Tensors&) {}).ok());
}

TEST_CASE_FIXTURE(TinyContext, "inputs without elements need no memory") {
  using Tensors = std::vector<Tensor>;
  const auto with_dims = [&](const std::vector<int64_t>& dims) {
    return With([&](Tensors& x) {
      for (Tensor& tensor : x) tensor = {ElementType::kInt64, dims, nullptr};
    });
  };
  for (const int64_t length : {int64_t{0}, int64_t{5}, kMaxDim}) {
    const auto empty = with_dims({0, length});
    if (length == kMaxDim && !empty.ok()) continue;  // more positions than the model has
    REQUIRE_MESSAGE(empty.ok(), empty.status().ToString());
    CHECK((*empty)[0].dims == std::vector<int64_t>{0, 2});
  }
  // A sentence without tokens has no first one to classify.
  CHECK(with_dims({2, 0}).status().code() == StatusCode::kInvalidArgument);
  CHECK_FALSE(with_dims({kMaxDim, 0}).ok());
  CHECK(With([](Tensors&) {}).ok());
}

TEST_CASE_FIXTURE(TinyContext, "null and unaligned pointers") {
  using Tensors = std::vector<Tensor>;
  CheckInvalid(With([](Tensors& x) { x[1].data = nullptr; }).status(),
               "the data of input 'attention_mask' is null");
  CheckInvalid(
      With([](Tensors& x) { x[0].data = static_cast<const char*>(x[0].data) + 1; }).status(),
      "the data of input 'input_ids' is not aligned to its elements");
}

TEST_CASE("numbers that are not enumerators") {
  TinyContext tiny;
  for (const int number : {9, 20, 99, 255}) {
    const std::string text = std::to_string(number);
    CheckInvalid(
        tiny.With([&](std::vector<Tensor>& x) { x[1].type = static_cast<ElementType>(number); })
            .status(),
        "the type of input 1 is " + text);
    const auto precision = static_cast<ModelPrecision>(number);
    CheckInvalid(Model::Load(kTinyModel, {.precision = precision}).status(),
                 "ModelOptions::precision is " + text);
    const auto attention = static_cast<AttentionPrecision>(number);
    CheckInvalid(Model::Load(kTinyModel, {.attention = attention}).status(),
                 "ModelOptions::attention is " + text);
    CHECK(StatusCodeName(static_cast<StatusCode>(number + 100)) == "Unknown");
  }
  CHECK(StatusCodeName(StatusCode::kInternal) == "Internal");
}

TEST_CASE("names of options that do not exist") {
  for (const std::string_view isa : {"AVX2", " ", "avx512_vnni "}) {
    CheckInvalid(Model::Load(kTinyModel, {.isa = std::string(isa)}).status(),
                 "there is no instruction set");
  }
  const std::string nul("avx2\0x", 6);
  CheckInvalid(Model::Load(kTinyModel, {.isa = nul}).status(), "there is no instruction set 'avx2");
  const Status long_name = Model::Load(kTinyModel, {.isa = std::string(100'000, 'a')}).status();
  CheckInvalid(long_name, "aaaa...");
  CHECK(long_name.ToString().size() < 1000);
  for (const std::string& qconfig :
       {std::string("{"), std::string("}{"), std::string("x{"), std::string(100'000, '{'),
        std::string("{\"\": 1e99999}"), std::string("{\"\": NaN}"), std::string("\0{", 2),
        std::string("{\"a\xFF\": null}"), std::string("{\"no.such\": null}")}) {
    CAPTURE(qconfig.substr(0, 20));
    const Status status = Model::Load(kTinyModel, {.qconfig = qconfig}).status();
    CHECK(status.code() == StatusCode::kInvalidArgument);
    CHECK((status.place().file == "ModelOptions::qconfig" || qconfig.ends_with("null}")));
    CHECK(status.ToString().size() < 1000);
  }
}

TEST_CASE("paths without a model") {
  const auto code = [](const std::string& path) {
    const Status status = Model::Load(path).status();
    CHECK(TextClassifier::Load(path).status().code() == status.code());
    return status.code();
  };
  CHECK(code("") == StatusCode::kInvalidArgument);
  CHECK(code(std::string(kTinyModel) + std::string("\0x", 2)) == StatusCode::kInvalidArgument);
  CHECK(code("/dev/null") == StatusCode::kIo);
  CHECK(code("/dev/zero") == StatusCode::kIo);
  CHECK(code("\xFF\xFE") == StatusCode::kNotFound);
  CHECK(code(std::string(kTinyModel) + "/x") == StatusCode::kNotFound);
  CHECK(code("tests/data") == StatusCode::kNotFound);
  CHECK(code("/proc/self/exe") == StatusCode::kInvalidModel);
  CHECK(code(std::string(100'000, 'p')) == StatusCode::kIo);
}

TEST_CASE("a model or a run above its limits is refused") {
  const auto error = [](const ModelLimits& limits) {
    return Model::Load(kTinyModel, {.limits = limits}).status();
  };
  CHECK(error({.max_file_bytes = 1000}).code() == StatusCode::kResourceLimit);
  CHECK(error({.max_file_bytes = 0}).code() == StatusCode::kResourceLimit);
  CHECK(error({.max_weight_bytes = 1000}).code() == StatusCode::kResourceLimit);
  for (const int64_t bytes : {int64_t{50'000}, int64_t{0}, int64_t{-1}}) {
    const Model model = LoadModel(kTinyModel, {.limits = {.max_run_bytes = bytes}});
    Context context(model, Threads());
    const Status status = context.Run(TokenBatch(64, 64).Inputs()).status();
    CHECK_MESSAGE(status.code() == StatusCode::kResourceLimit, status.ToString());
    CHECK(status.message().ends_with("the limit is " + std::to_string(bytes)));
    CHECK(context.Run(TokenBatch(1, 2).Inputs()).ok() == (bytes > 0));
  }
  const ClassifierFolder folder;
  auto classifier = TextClassifier::Load(folder.path(), {.limits = {.max_run_bytes = 50'000}});
  REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
  const std::vector<TextInput> texts(100, TextInput{"a b c a b c a b c", "c"});
  CHECK(classifier->Classify(texts).status().code() == StatusCode::kResourceLimit);
}

TEST_CASE("numbers of threads") {
  for (const int count : {-1, -5, std::numeric_limits<int>::min()}) {
    CheckInvalid(Threads::Create(count).status(), std::to_string(count));
    CheckInvalid(TextClassifier::Load(ClassifierFolder().path(), {}, {.threads = count}).status(),
                 std::to_string(count));
  }
  const TokenBatch batch(2, 40);
  const Model model = LoadModel();
  std::optional<std::vector<float>> expected;
  for (const int count : {1, 0, 257, 1'000'000, std::numeric_limits<int>::max()}) {
    Context context(model, MakeThreads(count));
    const std::vector<float> result = Run(context, batch);
    CHECK(result.size() == 4);
    if (!expected) expected = result;
    CHECK(result == *expected);
  }
}

TEST_CASE("ids and token types outside their tables") {
  for (const ModelPrecision precision :
       {ModelPrecision::kFp32, ModelPrecision::kInt8, ModelPrecision::kDebug}) {
    TinyContext tiny(2, {.precision = precision});
    for (const int64_t id : {int64_t{-1}, int64_t{200}, int64_t{1} << 32, kMax, kMin}) {
      CheckInvalid(tiny.WithNumbers([&](TokenBatch& b) { b.ids[7] = id; }).status(),
                   "input_ids[1,2] = " + std::to_string(id));
    }
    for (const int64_t type : {int64_t{-1}, int64_t{2}}) {
      CheckInvalid(tiny.WithNumbers([&](TokenBatch& b) { b.types[3] = type; }).status(),
                   "token_type_ids[0,3] = " + std::to_string(type));
    }
    CHECK(tiny.WithNumbers([](TokenBatch&) {}).ok());
  }
}

TEST_CASE("masks of other numbers than 0 and 1, and rows that hide all tokens") {
  for (const ModelPrecision precision :
       {ModelPrecision::kFp32, ModelPrecision::kInt8, ModelPrecision::kDebug}) {
    TinyContext tiny(2, {.precision = precision});
    const auto check_finite = [&](const std::function<void(TokenBatch&)>& edit) {
      const auto outputs = tiny.WithNumbers(edit);
      REQUIRE_MESSAGE(outputs.ok(), outputs.status().ToString());
      for (const float logit : Floats((*outputs)[0])) CHECK(std::isfinite(logit));
    };
    for (const int64_t value : {int64_t{7}, int64_t{-1}}) {
      check_finite([&](TokenBatch& b) { b.mask[3] = value; });
    }
    check_finite([](TokenBatch& b) { std::fill(b.mask.begin(), b.mask.begin() + 5, 0); });
    check_finite([](TokenBatch& b) { std::fill(b.mask.begin(), b.mask.end(), 0); });
    check_finite([](TokenBatch& b) { b.mask[0] = 0; });
  }
}

TEST_CASE("longer sequences than the model has positions, and larger batches than before") {
  Context context(LoadModel(), MakeThreads(2));
  const std::vector<float> small = Run(context, TokenBatch(2, 5));
  CHECK(Run(context, TokenBatch(300, 3)).size() == 600);
  CHECK(Run(context, TokenBatch(1, 64)).size() == 2);
  const Status status = context.Run(TokenBatch(1, 65).Inputs()).status();
  CHECK_MESSAGE(status.code() == StatusCode::kInvalidArgument, status.ToString());
  CHECK_FALSE(status.place().node.empty());
  CHECK(Run(context, TokenBatch(2, 5)) == small);
}

TEST_CASE("no texts, empty texts, null texts, and texts that are not UTF-8") {
  const ClassifierFolder folder;
  auto classifier = TextClassifier::Load(folder.path());
  REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
  const auto classify = [&](const std::vector<TextInput>& texts) {
    return classifier->Classify(texts);
  };
  const auto none = classify({});
  REQUIRE_MESSAGE(none.ok(), none.status().ToString());
  CHECK(none->empty());
  const std::string_view null;
  const auto empty = classify({{null, std::nullopt}, {null, null}, {"", ""}});
  REQUIRE_MESSAGE(empty.ok(), empty.status().ToString());
  CHECK((*empty)[1].logits == (*empty)[2].logits);
  const std::string_view broken(static_cast<const char*>(nullptr), 3);
  CheckInvalid(classify({{"a", "b"}, {broken, std::nullopt}}).status(), "text 1 is null");
  CheckInvalid(classify({{"a", broken}}).status(), "text 0 is null");
  CHECK(classify({{std::string_view("a\0b\xFF\xC0\xAF", 6), "c"}}).ok());
  CHECK(classify({{std::string(2 << 20, 'a'), std::string(2 << 20, 'b')}}).ok());
}

TEST_CASE("lengths without room for a text, or above the model's") {
  const ClassifierFolder folder;
  for (const int64_t length : {int64_t{-1}, int64_t{1}, int64_t{2}, kMin}) {
    CheckInvalid(TextClassifier::Load(folder.path(), {}, {.max_length = length}).status(),
                 "max_length");
  }
  auto classifier = TextClassifier::Load(folder.path(), {}, {.max_length = 3});
  REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
  const std::vector<TextInput> single = {{"a", std::nullopt}};
  CHECK(classifier->Classify(single).ok());
  const std::vector<TextInput> pair = {{"a", "b"}};
  CheckInvalid(classifier->Classify(pair).status(), "max_length");
}

}  // namespace
}  // namespace octet::testing
