// How a matrix product C[m, n] is divided over the threads.
#ifndef OCTET_RUNTIME_STEPS_GEMM_BLOCKS_H_
#define OCTET_RUNTIME_STEPS_GEMM_BLOCKS_H_

#include <algorithm>
#include <cstdint>

#include "runtime/thread_pool.h"

namespace octet::runtime {

// A product of fewer rows than this is bound by reading its weights, so that threads with so few
// had better read different columns than all of them.
inline constexpr int64_t kFewRows = 32;

// Rows [m0, m1) and columns [n0, n1).
struct GemmBlock {
  int64_t m0;
  int64_t m1;
  int64_t n0;
  int64_t n1;
  bool empty() const { return m0 >= m1 || n0 >= n1; }
};

struct GemmShape {
  int64_t m;
  int64_t n;
  int64_t tile_m;
  int64_t tile_n;
};

// The part of C that `worker` of `threads` computes. Threads form a grid of row and column ranges
// in whole tiles: the one whose largest part has the fewest tiles, or about as few and more rows.
GemmBlock GemmShare(const GemmShape& shape, int threads, int worker);

// Calls fn(share, worker) for each worker's share of C that is not empty.
template <typename Fn>
void ForEachGemmShare(ThreadPool& pool, const GemmShape& shape, const Fn& fn) {
  if (shape.m == 0 || shape.n == 0) return;
  pool.Run([&](int worker) {
    const GemmBlock share = GemmShare(shape, pool.size(), worker);
    if (!share.empty()) fn(share, worker);
  });
}

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_GEMM_BLOCKS_H_
