#include "runtime/thread_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "runtime/cpu_count.h"

namespace octet::runtime {
namespace {

std::shared_ptr<ThreadPool> MakePool(int threads) {
  auto pool = ThreadPool::Create(threads);
  REQUIRE(pool.ok());
  return *std::move(pool);
}

TEST_CASE("a pool has the threads that it was asked for") {
  CHECK(MakePool(1)->size() == 1);
  CHECK(MakePool(3)->size() == 3);
  CHECK(MakePool(0)->size() == DefaultThreadCount());
  CHECK(MakePool(1000000)->size() <= kMaxThreads);
  const auto negative = ThreadPool::Create(-1);
  REQUIRE_FALSE(negative.ok());
  CHECK(negative.status().code() == StatusCode::kInvalidArgument);
  CHECK(negative.status().message() == "a thread pool of -1 threads");
}

TEST_CASE("Run calls the function once on each worker, at the same time") {
  for (const int threads : {1, 2, 3, 5}) {
    const auto pool = MakePool(threads);
    for (int repeat = 0; repeat < 20; ++repeat) {
      std::vector<int> calls(static_cast<size_t>(threads), 0);
      std::atomic<int> arrived = 0;
      pool->Run([&](int worker) {
        ++calls[static_cast<size_t>(worker)];
        // No worker returns before all have arrived, so the calls must overlap.
        ++arrived;
        while (arrived < threads) std::this_thread::yield();
      });
      CHECK(calls == std::vector<int>(static_cast<size_t>(threads), 1));
    }
  }
}

TEST_CASE("ParallelFor covers each index once, in ranges that depend only on the sizes") {
  for (const int threads : {1, 2, 3, 4}) {
    const auto pool = MakePool(threads);
    for (const int64_t count : {0, 1, 2, 3, 4, 5, 7, 64, 1001}) {
      std::vector<int> owner(static_cast<size_t>(count), -1);
      pool->ParallelFor(count, [&](int64_t begin, int64_t end, int worker) {
        for (int64_t i = begin; i < end; ++i) {
          CHECK(owner[static_cast<size_t>(i)] == -1);
          owner[static_cast<size_t>(i)] = worker;
        }
      });
      for (int64_t i = 0; i < count; ++i) {
        const int w = owner[static_cast<size_t>(i)];
        REQUIRE(w >= 0);
        if (count > 1) {
          CHECK(ThreadPool::RangeBegin(count, threads, w) <= i);
          CHECK(i < ThreadPool::RangeBegin(count, threads, w + 1));
        }
      }
    }
  }
}

TEST_CASE("regions of several callers run one after the other") {
  const auto pool = MakePool(3);
  int64_t shared = 0;  // not protected: right only if the regions are serialized
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        pool->Run([&](int worker) {
          if (worker == 1) ++shared;
        });
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(shared == 4 * 200);
}

TEST_CASE("workers that fell asleep wake up") {
  const auto pool = MakePool(2);
  std::atomic<int> calls = 0;
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    pool->Run([&](int) { ++calls; });
  }
  CHECK(calls == 10);
}

TEST_CASE("the CPU quota of a control group") {
  CHECK(CpusFromCpuMax("200000 100000\n") == 2);
  CHECK(CpusFromCpuMax("250000 100000") == 2);
  CHECK(CpusFromCpuMax("50000 100000") == 1);
  CHECK_FALSE(CpusFromCpuMax("max 100000\n").has_value());
  for (const char* text : {"", "200000", "200000 ", "-1 100000", "1 0", "x y"}) {
    CHECK_FALSE(CpusFromCpuMax(text).has_value());
  }
}

TEST_CASE("the smallest quota of a control group and its parents counts") {
  char folder[] = "/tmp/octet_cgroup_XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  const std::string root = folder;
  std::filesystem::create_directories(root + "/a/b");
  const auto write = [](const std::string& path, const char* text) { std::ofstream(path) << text; };
  CHECK_FALSE(CgroupCpuLimit(root, "/a/b").has_value());
  write(root + "/a/b/cpu.max", "max 100000\n");
  CHECK_FALSE(CgroupCpuLimit(root, "/a/b").has_value());
  write(root + "/a/cpu.max", "300000 100000\n");
  CHECK(CgroupCpuLimit(root, "/a/b") == 3);
  write(root + "/a/b/cpu.max", "400000 100000\n");
  CHECK(CgroupCpuLimit(root, "/a/b") == 3);
  write(root + "/cpu.max", "100000 100000\n");
  CHECK(CgroupCpuLimit(root, "/a/b") == 1);
  CHECK(CgroupCpuLimit(root, "/") == 1);
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace octet::runtime
