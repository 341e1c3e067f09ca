// The contests of octet_gemm_report: which products meet which, against which peak.
#ifndef OCTET_BENCH_CONTESTS_H_
#define OCTET_BENCH_CONTESTS_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "bench/contest.h"

namespace octet::bench {

// Runs all of them with `m` rows on BERT-base's four linears, `rounds` turns each. Unsupported
// where the CPU does not have AVX2 or a library refuses a product. The products of a shape must
// first agree on the result: Internal naming the one that does not.
Result<std::vector<Contest>> RunContests(int64_t m, int rounds);

}  // namespace octet::bench

#endif  // OCTET_BENCH_CONTESTS_H_
