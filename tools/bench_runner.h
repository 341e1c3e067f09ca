// Measures a model and the peak of the CPU in the same process.
#ifndef OCTET_TOOLS_BENCH_RUNNER_H_
#define OCTET_TOOLS_BENCH_RUNNER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "bert/engine.h"
#include "runtime/session.h"

namespace octet::tools {

// The batch to measure: one sentence for each length, padded to `seq`.
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
  double achieved_gmacs = 0;  // multiply-adds of the linears, divided by the best time
};

// One model that is ready to be measured repeatedly.
class BenchRunner {
 public:
  // `linear_macs` is the number of multiply-adds in one run, from LinearMacs.
  static Result<BenchRunner> Create(const bert::Engine& engine, bert::Precision precision,
                                    std::shared_ptr<runtime::ThreadPool> pool,
                                    const BenchShape& shape, double linear_macs);

  // Measures the peak for a moment, then times one run.
  Status RunOnce();
  BenchResult result() const;

  // The time of each step in the runs since EnableProfile. Profiling takes hardly any time itself.
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

// The multiply-adds that the linears of an optimized module do for these sentences. They do not
// compute padding, and only one row of each sentence if only its first token is read.
Result<double> LinearMacs(const ir::Module& core, const BenchShape& shape);

}  // namespace octet::tools

#endif  // OCTET_TOOLS_BENCH_RUNNER_H_
