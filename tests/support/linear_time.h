// Checks that some work takes linear time, on a machine of any speed, busy or not.
#ifndef OCTET_TESTS_SUPPORT_LINEAR_TIME_H_
#define OCTET_TESTS_SUPPORT_LINEAR_TIME_H_

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace octet::testing {

// The ratio of the two sizes at which the work is measured.
inline constexpr int kMoreWork = 16;

// Whether the time grows about as the size does. work(false) does the work, work(true) does it at
// kMoreWork times the size. If the larger size does not fit in the caches, it may take six times
// as long as linear time says; quadratic time would be 16 times as long. Measures CPU time, takes
// the best of three runs, and tries again if the ratio is bad.
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
    if (ratio < 8 * kMoreWork) return true;
  }
  std::printf("%d times the work takes %.0f times as long\n", kMoreWork, ratio);
  return false;
}

}  // namespace octet::testing

#endif  // OCTET_TESTS_SUPPORT_LINEAR_TIME_H_
