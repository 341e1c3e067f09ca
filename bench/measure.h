// Times one kernel under Google Benchmark, in CPU time of the thread. Its counters are
//   GMAC/s, peak     multiply-adds, and their share of the peak measured before and after
//   ns/elem, cycles/elem     for kernels without multiply-adds
//   GB/s             bytes of the operands, if each is moved once
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
  kernels::PeakFn peak = nullptr;  // the peak of `macs`; null if unknown
};

// The work of a product. Elements of a and b have the given size; c is float.
Work GemmWork(const GemmShape& shape, double bytes_of_a_and_b, kernels::PeakFn peak);
// The work on size() elements, with `bytes` bytes read and written for each.
Work RowsWork(const RowsShape& shape, double bytes);

// Calls run(0) once, and then run(iteration) in the timed loop.
void Measure(benchmark::State& state, const Work& work,
             const std::function<void(int64_t iteration)>& run);

}  // namespace octet::bench

#endif  // OCTET_BENCH_MEASURE_H_
