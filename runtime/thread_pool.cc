#include "runtime/thread_pool.h"

#include "kernels/host.h"
#include "runtime/cpu_count.h"
#include "runtime/float_environment.h"

namespace octet::runtime {
namespace {

// About 50 microseconds of waiting: longer than the gap between two steps of a model, shorter than
// what anybody would notice of a core kept busy.
constexpr int kSpins = 1500;

// How many forks lie between this process and the one that made the first pool with workers.
std::atomic<uint32_t> fork_count = 0;

// False when the system has no memory to count.
bool StartCountingForks() {
  static const bool counting =
      pthread_atfork(nullptr, nullptr, [] { fork_count.fetch_add(1); }) == 0;
  return counting;
}

// Returns when `value` differs from `old`: spins first, then sleeps.
void WaitWhileEqual(const std::atomic<uint32_t>& value, uint32_t old) {
  for (int i = 0; i < kSpins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    kernels::SpinPause();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

Result<std::shared_ptr<ThreadPool>> ThreadPool::Create(int threads) {
  if (threads < 0) {
    return InvalidArgument("a thread pool of " + std::to_string(threads) + " threads");
  }
  if (threads == 0) threads = DefaultThreadCount();
  threads = std::min(threads, kMaxThreads);
  auto pool = std::make_shared<ThreadPool>();
  if (threads > 1 && !StartCountingForks()) return OutOfMemory("no memory to start threads");
  pool->forks_ = fork_count.load();
  pool->workers_.reserve(static_cast<size_t>(threads - 1));  // workers keep their addresses
  const auto start = [](void* argument) -> void* {
    const auto* worker = static_cast<const Worker*>(argument);
    worker->pool->WorkerLoop(worker->index);
    return nullptr;
  };
  for (int index = 1; index < threads; ++index) {
    Worker& worker = pool->workers_.emplace_back(Worker{pool.get(), index, {}});
    if (pthread_create(&worker.thread, nullptr, start, &worker) != 0) {
      pool->workers_.pop_back();
      break;  // the system has no thread left: the pool is as large as it got
    }
  }
  return pool;
}

ThreadPool::~ThreadPool() {
  if (IsForked()) return;
  stopping_ = true;
  epoch_.fetch_add(1);
  epoch_.notify_all();
  for (const Worker& worker : workers_) pthread_join(worker.thread, nullptr);
}

bool ThreadPool::IsForked() const { return forks_ != fork_count.load(std::memory_order_relaxed); }

void ThreadPool::RunRegion(RegionFn fn, const void* context) {
  if (IsForked()) {
    // The mutex may be locked for ever, and nothing here is shared with other callers.
    for (int worker = 0; worker < size(); ++worker) fn(context, worker);
    return;
  }
  const std::lock_guard<std::mutex> lock(region_mutex_);
  fn_ = fn;
  context_ = context;
  running_.store(static_cast<uint32_t>(workers_.size()), std::memory_order_relaxed);
  epoch_.fetch_add(1);
  epoch_.notify_all();
  fn(context, 0);
  for (uint32_t left = running_.load(std::memory_order_acquire); left != 0;
       left = running_.load(std::memory_order_acquire)) {
    WaitWhileEqual(running_, left);
  }
}

void ThreadPool::WorkerLoop(int worker) {
  // A new thread inherits the modes of the one that starts it.
  const ScopedFloatEnvironment float_environment;
  for (uint32_t epoch = 0;; ++epoch) {
    WaitWhileEqual(epoch_, epoch);
    if (stopping_) return;
    fn_(context_, worker);
    if (running_.fetch_sub(1, std::memory_order_acq_rel) == 1) running_.notify_one();
  }
}

}  // namespace octet::runtime
