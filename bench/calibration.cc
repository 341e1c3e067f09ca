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
  // Long enough for the clock, short enough that some windows are undisturbed.
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
    // From a register: some CPUs fold the addition of a constant into renaming.
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

double PeakMaddubsAvx2(int64_t iterations) {
#define OCTET_MADDUBS(acc)                   \
  "vpmaddubsw %%ymm12, %%ymm13, %%ymm14\n\t" \
  "vpmaddwd %%ymm12, %%ymm14, %%ymm14\n\t"   \
  "vpaddd %%ymm14, %%ymm" #acc ", %%ymm" #acc "\n\t"
  for (int64_t i = 0; i < iterations; ++i) {
    __asm__ volatile(OCTET_MADDUBS(0) OCTET_MADDUBS(1) OCTET_MADDUBS(2) OCTET_MADDUBS(3)
                         OCTET_MADDUBS(4) OCTET_MADDUBS(5) OCTET_MADDUBS(6) OCTET_MADDUBS(7)
                             OCTET_MADDUBS(8) OCTET_MADDUBS(9)::
                                 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                                   "xmm8", "xmm9", "xmm12", "xmm13", "xmm14");
  }
#undef OCTET_MADDUBS
  __asm__ volatile("vzeroupper");
  return 10.0 * 32.0 * static_cast<double>(iterations);
}

}  // namespace octet::bench
