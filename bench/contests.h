// The contests of octet_gemm_report: which products are compared, and with which peak.
#ifndef OCTET_BENCH_CONTESTS_H_
#define OCTET_BENCH_CONTESTS_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "bench/contest.h"

namespace octet::bench {

// Runs all contests with `m` rows on BERT-base's four linears, `rounds` turns each. Unsupported if
// the CPU does not have AVX2 or a library refuses a product. Checks first that the products of a
// shape agree: Internal names one that does not.
Result<std::vector<Contest>> RunContests(int64_t m, int rounds);

}  // namespace octet::bench

#endif  // OCTET_BENCH_CONTESTS_H_
