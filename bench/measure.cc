#include "bench/measure.h"

#include <algorithm>

#include "bench/calibration.h"

namespace octet::bench {

Work GemmWork(const GemmShape& shape, double bytes_of_a_and_b, kernels::PeakFn peak) {
  const auto [m, k, n] = shape;
  const double bytes = bytes_of_a_and_b * static_cast<double>(m * k + k * n) +
                       sizeof(float) * static_cast<double>(m * n);
  return {.macs = shape.macs(), .bytes = bytes, .peak = peak};
}

Work RowsWork(const RowsShape& shape, double bytes) {
  const auto elements = static_cast<double>(shape.size());
  return {.elements = elements, .bytes = bytes * elements};
}

void Measure(benchmark::State& state, const Work& work,
             const std::function<void(int64_t iteration)>& run) {
  const kernels::PeakFn calibrated = work.macs > 0 ? work.peak : ClockCycles;
  run(0);
  const double before = MeasurePeak(calibrated);
  int64_t iteration = 0;
  const double start = ThreadSeconds();
  for (auto _ : state) {
    run(iteration++);
    benchmark::ClobberMemory();
  }
  const double seconds = (ThreadSeconds() - start) / static_cast<double>(iteration);
  const double peak = std::max(before, MeasurePeak(calibrated));
  if (work.macs > 0) {
    state.counters["GMAC/s"] = work.macs / seconds * 1e-9;
    if (peak > 0.0) state.counters["peak"] = work.macs / seconds / peak;
  } else {
    state.counters["ns/elem"] = seconds / work.elements * 1e9;
    state.counters["cycles/elem"] = seconds / work.elements * peak;
  }
  if (work.bytes > 0) state.counters["GB/s"] = work.bytes / seconds * 1e-9;
}

}  // namespace octet::bench
