// Measures a model and the peak of the CPU in the same process.
#ifndef OCTET_TOOLS_BENCH_RUNNER_H_
#define OCTET_TOOLS_BENCH_RUNNER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "bert/engine.h"
#include "runtime/session.h"

namespace octet::tools {

// The batch to measure: one sentence a length, padded to `seq`.
struct BenchShape {
  int64_t seq = 0;
  std::vector<int64_t> lengths;

  int64_t batch() const { return static_cast<int64_t>(lengths.size()); }
};

struct BenchResult {
  double best_ms = 0;
  double median_ms = 0;
  int64_t iterations = 0;
  double peak_gmacs = 0;      // of all threads, measured between the runs
  double achieved_gmacs = 0;  // multiply-adds that the linears did, over the best time
};

// One model ready to be measured again and again.
class BenchRunner {
 public:
  // `linear_macs` are the multiply-adds that count as work.
  static Result<BenchRunner> Create(const bert::Engine& engine, bert::Precision precision,
                                    std::shared_ptr<runtime::ThreadPool> pool,
                                    const BenchShape& shape, double linear_macs);

  // One timed run, after the peak has been measured for a moment.
  Status RunOnce();
  BenchResult result() const;

  // Where the time of the runs since EnableProfile went. Timing costs next to nothing.
  void EnableProfile() { session_->EnableProfile(true); }
  runtime::Profile profile() const { return session_->profile(); }

 private:
  BenchRunner() = default;
  double MeasurePeak() const;

  std::unique_ptr<runtime::Session> session_;
  std::shared_ptr<runtime::ThreadPool> pool_;
  double (*peak_)(int64_t iterations) = nullptr;
  std::vector<ir::Tensor> inputs_;
  double linear_macs_ = 0;
  double peak_gmacs_ = 0;
  std::vector<double> seconds_;
};

// The multiply-adds that the linears of an optimized module do for these sentences: none for
// padding, and one row a sentence where the first token alone is read.
Result<double> LinearMacs(const ir::Module& core, const BenchShape& shape);

}  // namespace octet::tools

#endif  // OCTET_TOOLS_BENCH_RUNNER_H_
