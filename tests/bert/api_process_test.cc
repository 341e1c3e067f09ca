// The public API beside what a host process does: fork, exit, float modes, limits.
#include <doctest/doctest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cfenv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bert/api_model.h"

namespace octet::testing {
namespace {

bool in_child = false;

// Runs body() in a child process and returns the exit code that it returns; 128 and the signal for
// a child that a signal ended, as SIGALRM one that hangs.
template <typename Body>
int InChild(const Body& body) {
  std::fflush(stdout);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    in_child = true;
    alarm(60);
    _exit(body());
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Whether a process may fork while a thread starts or allocates. GCC 12's AddressSanitizer does not
// release its allocator's locks in the child process, so that the child may wait for ever.
#ifdef __SANITIZE_ADDRESS__
constexpr bool kMayForkAtAnyTime = false;
#else
constexpr bool kMayForkAtAnyTime = true;
#endif

TEST_CASE("a child process runs the contexts of its parent") {
  const TokenBatch batch(4, 40);
  const Model model = LoadModel();
  Context reference(model, Threads());
  const std::vector<float> expected = Run(reference, batch);
  REQUIRE(expected.size() == 8);
  for (const int count : {1, 2, 5}) {
    for (const bool run_before : {false, true}) {
      CAPTURE(count);
      CAPTURE(run_before);
      if (!run_before && !kMayForkAtAnyTime) continue;  // the workers may still be starting
      Context context(model, MakeThreads(count));
      if (run_before) CHECK(Run(context, batch) == expected);
      const auto run_twice = [&] {
        return Run(context, batch) == expected && Run(context, batch) == expected ? 0 : 1;
      };
      CHECK(InChild(run_twice) == 0);
      // A child of a child.
      CHECK(InChild([&] { return InChild(run_twice) + 2 * run_twice(); }) == 0);
      CHECK(Run(context, batch) == expected);
    }
  }
}

TEST_CASE("a child process creates its own threads, and destroys those of its parent") {
  const TokenBatch batch(4, 40);
  const Model model = LoadModel();
  std::optional<Threads> threads = MakeThreads(3);
  std::optional<Context> context(std::in_place, model, *threads);
  const std::vector<float> expected = Run(*context, batch);
  const auto renew = [&] {
    auto own = Threads::Create(3);
    if (!own.ok()) return 2;
    Context renewed(model, *own);
    if (Run(renewed, batch) != expected) return 3;
    // The parent's workers' stacks are those of the new workers by now.
    context.reset();
    threads.reset();
    return Run(renewed, batch) == expected ? 0 : 4;
  };
  CHECK(InChild(renew) == 0);
  CHECK(Run(*context, batch) == expected);
}

TEST_CASE("a child process loads a model and classifies texts") {
  const ClassifierFolder folder;
  auto classifier = TextClassifier::Load(folder.path(), {}, {.threads = 2});
  REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
  const std::vector<TextInput> texts(3, TextInput{"a b c", "c"});
  const auto expected = classifier->Classify(texts);
  REQUIRE(expected.ok());
  CHECK(InChild([&] {
          auto loaded = TextClassifier::Load(folder.path(), {}, {.threads = 2});
          if (!loaded.ok()) return 2;
          for (TextClassifier* each : {&*classifier, &*loaded}) {
            const auto results = each->Classify(texts);
            if (!results.ok() || (*results)[2].logits != (*expected)[2].logits) return 3;
          }
          return 0;
        }) == 0);
}

TEST_CASE("a child process that was forked during another thread's run") {
  if (!kMayForkAtAnyTime) return;
  const TokenBatch batch(4, 40);
  const Model model = LoadModel();
  const Threads threads = MakeThreads(2);
  Context running(model, threads);
  Context waiting(model, threads);
  const std::vector<float> expected = Run(waiting, batch);
  std::atomic<bool> stop = false;
  std::thread other([&] {
    while (!stop) Run(running, batch);
  });
  for (int i = 0; i < 20; ++i) {
    CHECK(InChild([&] {
            if (Run(waiting, batch) != expected) return 2;
            const auto outputs = running.Run(batch.Inputs());
            return outputs.ok() || outputs.status().code() == StatusCode::kBusy ? 0 : 3;
          }) == 0);
  }
  stop = true;
  other.join();
}

TEST_CASE("exit() in a child process, with the threads of its parent and with its own") {
  const TokenBatch batch(2, 40);
  const Model model = LoadModel();
  static std::optional<Context> context;  // destroyed by exit()
  context.emplace(model, MakeThreads(2));
  const std::vector<float> expected = Run(*context, batch);
  CHECK(InChild([&]() -> int { std::exit(7); }) == 7);
  CHECK(InChild([&]() -> int {
          Run(*context, batch);
          std::exit(7);
        }) == 7);
  CHECK(InChild([&]() -> int {
          context.emplace(model, MakeThreads(2));
          Run(*context, batch);
          std::exit(7);
        }) == 7);
  CHECK(Run(*context, batch) == expected);
  context.reset();
}

TEST_CASE("exit() while other threads run") {
  const TokenBatch batch(2, 40);
  const Model model = LoadModel();
  CHECK(InChild([&]() -> int {
          std::atomic<int>& runs = *new std::atomic<int>(0);
          for (int i = 0; i < 3; ++i) {
            std::thread([&runs, &model, &batch] {
              const auto threads = Threads::Create(2);
              Context context(model, *threads);
              for (;;) {
                Run(context, batch);
                ++runs;
              }
            }).detach();
          }
          while (runs < 10) std::this_thread::yield();
          std::exit(7);
        }) == 7);
}

// Sets the control and status register of float arithmetic for one scope.
class ScopedFloatModes {
 public:
  explicit ScopedFloatModes(unsigned modes) : saved_(__builtin_ia32_stmxcsr()) {
    __builtin_ia32_ldmxcsr(modes);
  }
  ~ScopedFloatModes() { __builtin_ia32_ldmxcsr(saved_); }
  ScopedFloatModes(const ScopedFloatModes&) = delete;
  ScopedFloatModes& operator=(const ScopedFloatModes&) = delete;

 private:
  unsigned saved_;
};

TEST_CASE("float modes of the host do not change results, and each call restores them") {
  const ClassifierFolder folder;
  const TokenBatch batch(3, 20);
  const std::vector<TextInput> texts = {{"a b c", "c"}, {"b", std::nullopt}};
  struct Results {
    std::vector<float> tensor;
    std::vector<float> text;
    bool operator==(const Results&) const = default;
  };
  const auto run = [&](const Model& model, const Threads& threads) {
    Results results;
    Context context(model, threads);
    results.tensor = Run(context, batch);
    auto classifier = TextClassifier::Create(model, threads);
    if (!classifier.ok()) return results;
    const auto classified = classifier->Classify(texts);
    if (classified.ok()) results.text = (*classified)[1].logits;
    return results;
  };
  const Model model = LoadModel(folder.path());
  const Results expected = run(model, MakeThreads(2));
  REQUIRE(expected.tensor.size() == 6);
  REQUIRE(expected.text.size() == 2);

  constexpr unsigned kDefault = 0x1F80;
  constexpr unsigned kDown = 0x2000, kUp = 0x4000, kToZero = 0x6000;
  constexpr unsigned kFlushDenormals = 0x8040;
  constexpr unsigned kUnmasked = 0x0680;  // invalid, division by zero and overflow trap
  for (const unsigned modes :
       {kDefault | kUp, kDefault | kDown | kFlushDenormals, kDefault | kToZero,
        kDefault & ~kUnmasked, (kDefault & ~kUnmasked) | kUp}) {
    CAPTURE(modes);
    std::optional<Threads> threads;
    Results results;
    unsigned after = 0;
    {
      const ScopedFloatModes scope(modes);
      auto loaded = Model::Load(folder.path());
      threads = *Threads::Create(2);
      if (loaded.ok()) results = run(*loaded, *threads);
      after = __builtin_ia32_stmxcsr();
    }
    CHECK(results == expected);
    constexpr unsigned kFlags = 0x3F;  // which exceptions there were
    CHECK((after & ~kFlags) == modes);
    CHECK(run(model, *threads) == expected);  // workers that were started under those modes
  }
  const int rounding = std::fegetround();
  std::fesetround(FE_UPWARD);
  const Results upward = run(model, Threads());
  const bool kept = std::fegetround() == FE_UPWARD;
  std::fesetround(rounding);
  CHECK(upward == expected);
  CHECK(kept);
}

TEST_CASE("if the system cannot start threads, the caller runs alone") {
  const TokenBatch batch(2, 40);
  const Model model = LoadModel();
  Context reference(model, Threads());
  const std::vector<float> expected = Run(reference, batch);
  CHECK(InChild([&] {
          // No address space has room for such a stack.
          pthread_attr_t attributes;
          if (pthread_getattr_default_np(&attributes) != 0) return 2;
          if (pthread_attr_setstacksize(&attributes, size_t{1} << 47) != 0) return 3;
          if (pthread_setattr_default_np(&attributes) != 0) return 4;
          const auto threads = Threads::Create(8);
          if (!threads.ok()) return 5;
          Context context(model, *threads);
          return Run(context, batch) == expected ? 0 : 6;
        }) == 0);
}

TEST_CASE("without file descriptors, without HOME, and in a deleted folder") {
  const ClassifierFolder folder;
#ifndef __SANITIZE_ADDRESS__  // UBSan needs a file descriptor to look at the type of an object
  CHECK(InChild([&] {
          const rlimit none = {3, 3};  // stdin, stdout and stderr
          if (setrlimit(RLIMIT_NOFILE, &none) != 0) return 2;
          const auto code = Model::Load(folder.path()).status().code();
          if (code != StatusCode::kIo) return 3;
          return Threads::Create(2).ok() ? 0 : 4;
        }) == 0);
#endif
  CHECK(InChild([&] {
          const bert::TempFolder gone;
          if (unsetenv("HOME") != 0 || chdir(gone.Path().c_str()) != 0) return 2;
          if (rmdir(gone.Path().c_str()) != 0) return 3;
          return TextClassifier::Load(folder.path()).ok() ? 0 : 4;
        }) == 0);
}

}  // namespace
}  // namespace octet::testing

#ifdef __SANITIZE_ADDRESS__
// The leak checker of a child process would wait for threads that only its parent has.
extern "C" __attribute__((visibility("default"))) int __lsan_is_turned_off() {
  return octet::testing::in_child ? 1 : 0;
}
#endif
