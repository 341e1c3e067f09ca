// The handles of the public API: moved, destroyed before what they made, used by two threads, given
// their own results, made and destroyed many times.
#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bert/api_model.h"
#include "tests/support/resident_bytes.h"

namespace octet::testing {
namespace {

const std::string kAttack = "tests/data/attacks/output_as_next_input/";

TEST_CASE("a handle that was moved from is refused, and can be assigned to") {
  const TokenBatch batch(2, 5);
  Model model = LoadModel();
  Threads threads = MakeThreads(2);
  Context context(model, threads);
  const std::vector<float> expected = Run(context, batch);
  REQUIRE(expected.size() == 4);

  Context moved = std::move(context);
  CheckInvalid(context.Run(batch.Inputs()).status(), "moved from");
  CHECK(Run(moved, batch) == expected);
  context = std::move(moved);
  CHECK(Run(context, batch) == expected);

  Model other = std::move(model);
  CHECK(model.inputs().empty());
  CHECK(model.outputs().empty());
  CHECK(model.weight_bytes() == 0);
  CheckInvalid(Context(model, threads).Run(batch.Inputs()).status(), "moved from");
  CheckInvalid(TextClassifier::Create(model, threads).status(), "the model was moved from");
  model = other;
  CHECK(model.inputs().size() == 3);

  const Threads others = std::move(threads);
  CheckInvalid(Context(model, threads).Run(batch.Inputs()).status(), "moved from");
  CheckInvalid(TextClassifier::Create(model, threads).status(), "the threads were moved from");
  threads = others;
  Context again(model, threads);
  CHECK(Run(again, batch) == expected);
}

TEST_CASE("a classifier that was moved from is refused, and one moved to itself still works") {
  const ClassifierFolder folder;
  auto loaded = TextClassifier::Load(folder.path());
  REQUIRE_MESSAGE(loaded.ok(), loaded.status().ToString());
  const std::vector<TextInput> texts = {{"a b", "c"}};
  const auto expected = loaded->Classify(texts);
  REQUIRE(expected.ok());
  TextClassifier classifier = *std::move(loaded);
  CheckInvalid(loaded->Classify(texts).status(), "moved from");
  CHECK(loaded->label_names().empty());

  TextClassifier& itself = classifier;
  classifier = std::move(itself);
  CHECK(classifier.label_names().size() == 2);
  const auto after = classifier.Classify(texts);
  REQUIRE_MESSAGE(after.ok(), after.status().ToString());
  CHECK((*after)[0].logits == (*expected)[0].logits);
}

TEST_CASE("model and threads may be destroyed before their contexts") {
  const TokenBatch batch(2, 40);
  std::optional<Model> model = LoadModel();
  std::optional<Threads> threads = MakeThreads(2);
  Context context(*model, *threads);
  const std::vector<float> expected = Run(context, batch);
  Context cold(*model, *threads);
  model.reset();
  threads.reset();
  CHECK(Run(context, batch) == expected);
  CHECK(Run(cold, batch) == expected);
}

TEST_CASE("an input that lies in the results of the last run is refused") {
  const Model model = LoadModel(kAttack + "same_shape.onnx");
  Context context(model, Threads());
  const std::vector<float> x = {1, -2, 3, -4, 5, -6};
  const auto first = context.Run(std::vector<Tensor>{{ElementType::kFloat32, {2, 3}, x.data()}});
  REQUIRE_MESSAGE(first.ok(), first.status().ToString());
  const std::vector<float> copy = Floats((*first)[0]);
  CheckInvalid(context.Run(*first).status(), "the data of input '" + model.inputs()[0].name + "'");
  // Also a part of it, or what begins before it.
  const auto* result = static_cast<const float*>((*first)[0].data);
  for (const float* part : {result + 3, result - 2}) {
    CheckInvalid(context.Run(std::vector<Tensor>{{ElementType::kFloat32, {1, 3}, part}}).status(),
                 "copy them");
  }
  // Another context's results, and a copy of one's own, are inputs like all others.
  Context other(model, Threads());
  const auto expected = other.Run(*first);
  REQUIRE(expected.ok());
  const auto second =
      context.Run(std::vector<Tensor>{{ElementType::kFloat32, {2, 3}, copy.data()}});
  REQUIRE(second.ok());
  CHECK(Floats((*second)[0]) == Floats((*expected)[0]));
}

TEST_CASE("an input that lies in results which a larger run would free is refused") {
  const Model model = LoadModel(kAttack + "larger_arena.onnx");
  Context context(model, Threads());
  const std::vector<float> x(3 * 100'000, 1.0f);
  const auto floats = [](int64_t rows, const void* data) {
    return Tensor{ElementType::kFloat32, {rows, 3}, data};
  };
  const auto first = context.Run(std::vector<Tensor>{floats(2, x.data()), floats(2, x.data())});
  REQUIRE_MESSAGE(first.ok(), first.status().ToString());
  const void* result = (*first)[0].data;
  CheckInvalid(
      context.Run(std::vector<Tensor>{floats(2, result), floats(100'000, x.data())}).status(),
      "the data of input '" + model.inputs()[0].name + "'");
  CHECK(context.Run(std::vector<Tensor>{floats(2, x.data()), floats(100'000, x.data())}).ok());
}

// Calls run() in `count` threads until one of them was told that it is busy, and returns how many
// calls had another error. run() is called 2000 times a thread at most.
template <typename Run>
int UntilBusy(int count, const Run& run) {
  std::atomic<int> busy = 0;
  std::atomic<int> other = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < count; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000 && busy == 0; ++i) {
        const Status status = run();
        if (!status.ok()) ++(status.code() == StatusCode::kBusy ? busy : other);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(busy > 0);
  return other;
}

TEST_CASE("several threads on one context: each run is right, or it is refused as busy") {
  const Model model = LoadModel();
  Context context(model, MakeThreads(2));
  const TokenBatch batch(8, 60);
  const std::vector<float> expected = Run(context, batch);
  CHECK(UntilBusy(4, [&] { return context.Run(batch.Inputs()).status(); }) == 0);
  CHECK(Run(context, batch) == expected);
}

TEST_CASE("several threads on one classifier: each run is right, or it is refused as busy") {
  const ClassifierFolder folder;
  auto classifier = TextClassifier::Load(folder.path(), {}, {.threads = 1});
  REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
  const std::vector<TextInput> texts(20, TextInput{"a b c abc cba a", "b"});
  const auto expected = classifier->Classify(texts);
  REQUIRE(expected.ok());
  std::atomic<int> wrong = 0;
  const auto classify = [&] {
    const auto results = classifier->Classify(texts);
    if (!results.ok()) return results.status();
    if (results->size() != texts.size()) ++wrong;
    for (const Classification& result : *results) {
      if (result.logits != (*expected)[0].logits) ++wrong;
    }
    return Status();
  };
  CHECK(UntilBusy(4, classify) == 0);
  CHECK(wrong == 0);
  CHECK(classify().ok());
}

TEST_CASE("64 threads with contexts of their own, while models are loaded and destroyed") {
  const Model model = LoadModel();
  constexpr int kLengths = 40;
  std::map<int, std::vector<float>> expected;
  Context serial(model, Threads());
  for (int length = 1; length <= kLengths; ++length) {
    expected[length] = Run(serial, TokenBatch(1 + length % 3, length));
    REQUIRE(!expected[length].empty());
  }
  const Threads shared = MakeThreads(2);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (int t = 0; t < 64; ++t) {
    callers.emplace_back([&, t] {
      auto own = Threads::Create(3);
      Context context(model, t % 8 == 0 && own.ok() ? *own : shared);
      for (int i = 0; i < 6; ++i) {
        const int length = 1 + (t * 7 + i * 11) % kLengths;
        if (Run(context, TokenBatch(1 + length % 3, length)) != expected[length]) ++wrong;
        if (i == 3 && !Model::Load(kTinyModel).ok()) ++wrong;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(wrong == 0);
}

#ifdef __SANITIZE_ADDRESS__
constexpr bool kFreedMemoryGoesBack = false;  // it stays in quarantine; leaks are looked for anyway
#else
constexpr bool kFreedMemoryGoesBack = true;
#endif

int64_t OpenFiles() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

TEST_CASE("loading and destroying models many times does not use more memory or files") {
  const ClassifierFolder folder;
  const TokenBatch batch(2, 10);
  int64_t bytes = 0;
  int64_t files = 0;
  for (int cycle = 0; cycle < 60; ++cycle) {
    if (cycle == 20) {
      bytes = ResidentBytes();
      files = OpenFiles();
    }
    const Model model = LoadModel(folder.path());
    const Threads threads = MakeThreads(2);
    Context context(model, threads);
    CHECK(Run(context, batch).size() == 4);
    CHECK(TextClassifier::Create(model, threads).ok());
    CHECK_FALSE(Model::Load("/dev/null").ok());
  }
  CHECK(OpenFiles() == files);
  if (kFreedMemoryGoesBack) CHECK(ResidentBytes() - bytes < 1 << 20);
}

TEST_CASE("a context with many shapes keeps the memory of a limited number") {
  Context context(LoadModel(), MakeThreads(2));
  int64_t bytes = 0;
  for (int i = 0; i < 900; ++i) {
    if (i == 300) bytes = ResidentBytes();
    CHECK(!Run(context, TokenBatch(1 + i % 5, 1 + i % 60)).empty());
  }
  if (kFreedMemoryGoesBack) CHECK(ResidentBytes() - bytes < 1 << 20);
}

}  // namespace
}  // namespace octet::testing
