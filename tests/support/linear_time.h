// Tells linear time from quadratic time on machines of any speed, which others may be using.
#ifndef OCTET_TESTS_SUPPORT_LINEAR_TIME_H_
#define OCTET_TESTS_SUPPORT_LINEAR_TIME_H_

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace octet::testing {

// How much larger the larger one of two sizes of some work is.
inline constexpr int kMoreWork = 16;

// Whether kMoreWork times the work takes about as many times as long. work(more) does the work
// once, or if `more` that of kMoreWork times the size. The larger size may leave the caches, which
// makes it up to four times slower; quadratic time would make it 16 times slower. Measures the time
// of the CPU, takes the best of some runs, and tries again where the result is bad.
template <typename Work>
bool TakesLinearTime(const Work& work) {
  const auto best_of_three = [&](bool more) {
    std::clock_t best = 0;
    for (int i = 0; i < 3; ++i) {
      const std::clock_t start = std::clock();
      work(more);
      const std::clock_t time = std::clock() - start;
      best = i == 0 ? time : std::min(best, time);
    }
    return static_cast<double>(std::max<std::clock_t>(best, 1));
  };
  double ratio = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const double once = best_of_three(false);
    ratio = best_of_three(true) / once;
    if (ratio < 5 * kMoreWork) return true;
  }
  std::printf("%d times the work takes %.0f times as long\n", kMoreWork, ratio);
  return false;
}

}  // namespace octet::testing

#endif  // OCTET_TESTS_SUPPORT_LINEAR_TIME_H_
