// The peak rates of this core, measured in the same run as the kernels.
#ifndef OCTET_BENCH_CALIBRATION_H_
#define OCTET_BENCH_CALIBRATION_H_

#include "kernels/kernel_table.h"

namespace octet::bench {

// CPU time of this thread in seconds, without the time in which another process had the core.
double ThreadSeconds();

// What `peak` counts, per second, in one window of about a millisecond. 0 if `peak` is null.
double MeasurePeakOnce(kernels::PeakFn peak);

// The best rate of a few windows.
double MeasurePeak(kernels::PeakFn peak);

// A PeakFn that counts clock cycles: a chain of additions, which take one cycle each.
double ClockCycles(int64_t iterations);

}  // namespace octet::bench

#endif  // OCTET_BENCH_CALIBRATION_H_
