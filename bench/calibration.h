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

// A PeakFn of multiply-adds as vpmaddubsw does them on AVX2, which is what a u8 x s8 product can
// use where no pair of products overflows 16 bits. Needs AVX2.
double PeakMaddubsAvx2(int64_t iterations);

}  // namespace octet::bench

#endif  // OCTET_BENCH_CALIBRATION_H_
