#include "runtime/memory_plan.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace octet::runtime {
namespace {

constexpr int64_t kMaxBytes = std::numeric_limits<int64_t>::max() - kBufferAlignment;

}  // namespace

Result<MemoryPlan> PlanMemory(std::span<const BufferRequest> requests) {
  int64_t sum = 0;
  for (const BufferRequest& request : requests) {
    if (request.bytes > kMaxBytes || AlignedBytes(request.bytes) > kMaxBytes - sum) {
      return ResourceLimit("the intermediate values do not fit in 63 bits of address space");
    }
    sum += AlignedBytes(request.bytes);
  }

  std::vector<size_t> by_size(requests.size());
  std::iota(by_size.begin(), by_size.end(), size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](size_t a, size_t b) { return requests[a].bytes > requests[b].bytes; });

  MemoryPlan plan;
  plan.offsets.resize(requests.size(), 0);
  std::vector<size_t> placed;  // by ascending offset
  for (const size_t index : by_size) {
    const BufferRequest& request = requests[index];
    const int64_t bytes = AlignedBytes(request.bytes);
    if (bytes == 0) continue;
    int64_t offset = 0;
    for (const size_t other : placed) {
      if (!requests[other].lifetime.Overlaps(request.lifetime)) continue;
      if (plan.offsets[other] >= offset + bytes) break;
      offset = std::max(offset, plan.offsets[other] + AlignedBytes(requests[other].bytes));
    }
    plan.offsets[index] = offset;
    plan.total_bytes = std::max(plan.total_bytes, offset + bytes);
    const auto position =
        std::upper_bound(placed.begin(), placed.end(), offset,
                         [&](int64_t o, size_t other) { return o < plan.offsets[other]; });
    placed.insert(position, index);
  }
  return plan;
}

}  // namespace octet::runtime
