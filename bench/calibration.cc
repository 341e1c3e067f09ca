#include "bench/calibration.h"

#include <algorithm>
#include <ctime>

namespace octet::bench {

double ThreadSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double MeasurePeak(kernels::PeakFn peak) {
  if (peak == nullptr) return 0.0;
  // 100 000 rounds are about a millisecond: long enough for the clock, short enough that some
  // windows are undisturbed.
  constexpr int64_t kRounds = 100000;
  constexpr int kWindows = 10;
  double best = 0.0;
  for (int window = 0; window < kWindows; ++window) {
    const double start = ThreadSeconds();
    const double macs = peak(kRounds);
    best = std::max(best, macs / (ThreadSeconds() - start));
  }
  return best;
}

}  // namespace octet::bench
