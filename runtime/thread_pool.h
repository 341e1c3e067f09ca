// A small thread pool for short parallel regions: the caller and size() - 1 workers run one
// function together and meet again at its end.
//
// Workers spin for a short while after a region, so that the next step of a model starts within a
// microsecond, and then sleep, so that an idle pool costs nothing.
#ifndef OCTET_RUNTIME_THREAD_POOL_H_
#define OCTET_RUNTIME_THREAD_POOL_H_

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/status.h"

namespace octet::runtime {

// More threads than this are never started.
inline constexpr int kMaxThreads = 256;

// Thread-safe: regions of several callers run one after the other. A pool must not be used from
// inside its own regions.
//
// fork() copies no thread but the one that calls it. In the child process a pool keeps its size,
// and a caller does the workers' parts himself, one after the other, whoever else uses the pool:
// the results are the same. A pool that the child makes has workers of its own.
class ThreadPool {
 public:
  // A pool of `threads` threads, the caller of each region included; 0 means DefaultThreadCount(),
  // and more than kMaxThreads means kMaxThreads. When the system refuses to start a thread the pool
  // is as large as it got. InvalidArgument when negative; OutOfMemory.
  static Result<std::shared_ptr<ThreadPool>> Create(int threads);
  // A pool of the caller alone.
  ThreadPool() = default;

  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  // Joins the workers, where there are any: not in a child process.
  ~ThreadPool();

  int size() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls fn(worker) once for each worker in [0, size()), all at once (but in a child process, so
  // that no call may wait for another); the caller is worker 0. Returns when all calls have
  // returned. fn must not throw.
  template <typename Fn>
  void Run(const Fn& fn) {
    if (workers_.empty()) {
      fn(0);
      return;
    }
    RunRegion([](const void* context, int worker) { (*static_cast<const Fn*>(context))(worker); },
              &fn);
  }

  // Splits [0, count) into size() ranges of equal length, give or take one, in order, and calls
  // fn(begin, end, worker) for each that is not empty. The split depends on count and size() alone.
  template <typename Fn>
  void ParallelFor(int64_t count, const Fn& fn) {
    if (count == 0) return;
    if (count == 1 || workers_.empty()) {
      fn(int64_t{0}, count, 0);
      return;
    }
    Run([&](int worker) {
      const int64_t begin = RangeBegin(count, size(), worker);
      const int64_t end = RangeBegin(count, size(), worker + 1);
      if (begin < end) fn(begin, end, worker);
    });
  }

  // Where part `index` of `parts` equal parts of [0, count) begins.
  static int64_t RangeBegin(int64_t count, int64_t parts, int64_t index) {
    return count / parts * index + std::min(count % parts, index);
  }

 private:
  using RegionFn = void (*)(const void* context, int worker);

  struct Worker {
    ThreadPool* pool;
    int index;
    pthread_t thread;  // not std::thread, which must be joined or detached: a child can do neither
  };

  void RunRegion(RegionFn fn, const void* context);
  void WorkerLoop(int worker);
  // Whether the workers are those of a parent process.
  bool IsForked() const;

  std::vector<Worker> workers_;
  uint32_t forks_ = 0;       // fork_count when the workers were started
  std::mutex region_mutex_;  // held by the caller of the region that is running
  RegionFn fn_ = nullptr;
  const void* context_ = nullptr;
  bool stopping_ = false;
  // fn_, context_ and stopping_ are published by incrementing epoch_ and may be written again when
  // running_ is back at 0.
  alignas(64) std::atomic<uint32_t> epoch_ = 0;
  alignas(64) std::atomic<uint32_t> running_ = 0;
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_THREAD_POOL_H_
