// What this core can do at best, measured in the same run as what is compared with it.
#ifndef OCTET_BENCH_CALIBRATION_H_
#define OCTET_BENCH_CALIBRATION_H_

#include "kernels/kernel_table.h"

namespace octet::bench {

// CPU time of this thread in seconds: time in which another process had the core does not count.
double ThreadSeconds();

// The rate in one window of about a millisecond: what `peak` counts, a second. 0 when it is null.
double MeasurePeakOnce(kernels::PeakFn peak);

// The best of a few windows.
double MeasurePeak(kernels::PeakFn peak);

// A PeakFn that counts clock cycles: a chain of additions, one a cycle.
double ClockCycles(int64_t iterations);

}  // namespace octet::bench

#endif  // OCTET_BENCH_CALIBRATION_H_
