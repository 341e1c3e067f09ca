// Peaks for the benchmarks. A shared machine changes speed by the minute, so a rate means little on
// its own: it is reported beside the peak of the same core, measured just before and after.
#ifndef OCTET_BENCH_CALIBRATION_H_
#define OCTET_BENCH_CALIBRATION_H_

#include "kernels/kernel_table.h"

namespace octet::bench {

// CPU time of this thread in seconds: time in which another process had the core does not count.
double ThreadSeconds();

// Multiply-adds a second of `peak`, the best of a few short windows; 0 when peak is null.
double MeasurePeak(kernels::PeakFn peak);

}  // namespace octet::bench

#endif  // OCTET_BENCH_CALIBRATION_H_
