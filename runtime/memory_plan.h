// Where the buffers of one run lie in the arena. Buffers whose lifetimes overlap get disjoint
// ranges.
#ifndef OCTET_RUNTIME_MEMORY_PLAN_H_
#define OCTET_RUNTIME_MEMORY_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"

namespace octet::runtime {

// Cache lines, and the alignment that packed operands and kernel scratch need.
inline constexpr int64_t kBufferAlignment = 64;

// `bytes`, rounded up so that what follows is aligned.
inline int64_t AlignedBytes(int64_t bytes) {
  return (bytes + kBufferAlignment - 1) / kBufferAlignment * kBufferAlignment;
}

// The steps during which memory is in use, both included.
struct Lifetime {
  int first;
  int last;
  bool Overlaps(const Lifetime& other) const { return first <= other.last && other.first <= last; }
};

struct BufferRequest {
  Lifetime lifetime;
  int64_t bytes;  // >= 0
};

struct MemoryPlan {
  std::vector<int64_t> offsets;  // one a request, multiples of kBufferAlignment
  int64_t total_bytes = 0;       // end of the buffer that reaches farthest
};

// Greedy by size: the largest buffer first, each at the lowest offset where it fits between the
// buffers already placed that live at the same time (Pisarchyk and Lee, "Efficient memory
// management for deep neural net inference", 2020). That takes the square of the number of buffers;
// more than kMaxPlacedBySize are placed step by step instead, each in the smallest gap where it
// fits. A pure function. ResourceLimit when an offset does not fit in 63 bits.
inline constexpr size_t kMaxPlacedBySize = 4096;  // an encoder of 24 layers has about 500
Result<MemoryPlan> PlanMemory(std::span<const BufferRequest> requests);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_MEMORY_PLAN_H_
