#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "kernels/testing/isa_tables.h"
#include "tests/runtime/models.h"

namespace octet::runtime {
namespace {

// Several threads run one program, each in a session of its own, with different shapes.
void RunSessions(const std::shared_ptr<ThreadPool>& shared_pool) {
  const auto program = CompileText(PackedEncoder(), kernels::IsaTables().back().table);
  constexpr int kThreads = 8;
  constexpr int kShapes = 3;
  std::vector<Tensors> inputs;
  std::vector<Tensors> expected;
  for (int i = 0; i < kThreads * kShapes; ++i) {
    inputs.push_back(EncoderInputs({1 + i, 4, 2 + i % 5}, static_cast<uint64_t>(i)));
    expected.push_back(RunProgram(program, inputs.back()));
  }
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Session session(program, shared_pool != nullptr ? shared_pool : Pool(1));
      for (int repeat = 0; repeat < 4; ++repeat) {
        for (int i = t * kShapes; i < (t + 1) * kShapes; ++i) {
          const auto at = static_cast<size_t>(i);
          const auto outputs = session.Run(Views(inputs[at]));
          if (!outputs.ok() || !SameBytes(Copy(*outputs), expected[at])) ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("sessions with separate pools give the bytes of a serial run") { RunSessions(nullptr); }

TEST_CASE("sessions that share a pool give the bytes of a serial run") { RunSessions(Pool(3)); }

TEST_CASE("two threads on one session: each run succeeds, or is refused because it is busy") {
  const auto program = CompileText(PackedEncoder(), ReferenceKernels());
  Session session(program, Pool(1));
  const Tensors inputs = EncoderInputs({40, 50, 60, 50}, 1);
  REQUIRE(session.Run(Views(inputs)).ok());
  std::atomic<int> busy = 0;
  std::atomic<int> other = 0;
  // Runs until one run is refused. A run takes long enough for that to happen soon.
  const auto run = [&] {
    for (int i = 0; i < 2000 && busy == 0; ++i) {
      const auto outputs = session.Run(Views(inputs));
      if (outputs.ok()) continue;
      const bool expected = outputs.status().ToString() ==
                            "Busy: another thread is running the session; use one for each";
      ++(expected ? busy : other);
    }
  };
  std::thread second(run);
  run();
  second.join();
  CHECK(busy > 0);
  CHECK(other == 0);
  CHECK(session.Run(Views(inputs)).ok());
}

TEST_CASE("a session keeps its program alive") {
  auto program = CompileText(PackedEncoder(), ReferenceKernels());
  const Tensors inputs = EncoderInputs({4, 2}, 1);
  const Tensors expected = RunProgram(program, inputs);
  Session session(std::move(program), Pool(2));
  const auto outputs = session.Run(Views(inputs));
  REQUIRE(outputs.ok());
  CHECK(SameBytes(Copy(*outputs), expected));
}

}  // namespace
}  // namespace octet::runtime
