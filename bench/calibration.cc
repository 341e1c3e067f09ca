#include "bench/calibration.h"

#include <algorithm>
#include <ctime>

namespace octet::bench {

double ThreadSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double MeasurePeakOnce(kernels::PeakFn peak) {
  if (peak == nullptr) return 0.0;
  // Long enough for the resolution of the clock, short enough that some windows are not disturbed.
  constexpr int64_t kRounds = 100000;
  const double start = ThreadSeconds();
  const double count = peak(kRounds);
  return count / (ThreadSeconds() - start);
}

double MeasurePeak(kernels::PeakFn peak) {
  constexpr int kWindows = 10;
  double best = 0.0;
  for (int window = 0; window < kWindows; ++window) best = std::max(best, MeasurePeakOnce(peak));
  return best;
}

double ClockCycles(int64_t iterations) {
  constexpr int kAdditions = 32;
  uint64_t sum = 0;
  const uint64_t one = 1;
  for (int64_t i = 0; i < iterations; ++i) {
    // Adds a register: some CPUs add constants in register renaming, without taking a cycle.
    __asm__ volatile(
        ".rept %c[count]\n\t"
        "addq %[one], %[sum]\n\t"
        ".endr\n\t"
        : [sum] "+r"(sum)
        : [one] "r"(one), [count] "i"(kAdditions)
        : "cc");
  }
  return static_cast<double>(kAdditions) * static_cast<double>(iterations);
}

}  // namespace octet::bench
