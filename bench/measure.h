// Times one kernel under Google Benchmark, in CPU time of the thread, and counts
//   GMAC/s, peak     multiply-adds, and their share of the peak calibrated before and after
//   ns/elem, cycles/elem     for kernels without multiply-adds
//   GB/s             operands moved once
#ifndef OCTET_BENCH_MEASURE_H_
#define OCTET_BENCH_MEASURE_H_

#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>

#include "bench/shapes.h"
#include "kernels/kernel_table.h"

namespace octet::bench {

// What one call does. Exactly one of `macs` and `elements` is not 0.
struct Work {
  double macs = 0;
  double elements = 0;
  double bytes = 0;
  kernels::PeakFn peak = nullptr;  // of `macs`; null when it is not known
};

// A product of operands of these sizes; c is float.
Work GemmWork(const GemmShape& shape, double bytes_of_a_and_b, kernels::PeakFn peak);
// size() elements, each of `bytes` read and written.
Work RowsWork(const RowsShape& shape, double bytes);

// Calls run(0) once, and then run(iteration) in the timed loop.
void Measure(benchmark::State& state, const Work& work,
             const std::function<void(int64_t iteration)>& run);

}  // namespace octet::bench

#endif  // OCTET_BENCH_MEASURE_H_
