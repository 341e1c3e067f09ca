#include "runtime/memory_plan.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <queue>
#include <set>
#include <utility>

namespace octet::runtime {
namespace {

constexpr int64_t kMaxBytes = std::numeric_limits<int64_t>::max() - kBufferAlignment;

MemoryPlan PlanBySize(std::span<const BufferRequest> requests) {
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

// The gaps between the buffers that live at one step.
class Gaps {
 public:
  // Takes `bytes` of the smallest gap that has them, or of the memory behind all buffers.
  int64_t Take(int64_t bytes) {
    const auto found = by_size_.lower_bound({bytes, 0});
    if (found == by_size_.end()) {
      const int64_t offset = end_;
      end_ += bytes;
      return offset;
    }
    const auto [size, offset] = *found;
    Remove(offset, size);
    if (size > bytes) Add(offset + bytes, size - bytes);
    return offset;
  }

  // Gives them back, joined with the gaps beside them.
  void Give(int64_t offset, int64_t bytes) {
    const auto next = by_offset_.lower_bound(offset);
    if (next != by_offset_.begin()) {
      const auto [before, size] = *std::prev(next);
      if (before + size == offset) {
        Remove(before, size);
        offset = before;
        bytes += size;
      }
    }
    if (const auto behind = by_offset_.find(offset + bytes); behind != by_offset_.end()) {
      const int64_t size = behind->second;
      Remove(behind->first, size);
      bytes += size;
    }
    Add(offset, bytes);
  }

 private:
  void Add(int64_t offset, int64_t size) {
    by_offset_[offset] = size;
    by_size_.insert({size, offset});
  }
  void Remove(int64_t offset, int64_t size) {
    by_offset_.erase(offset);
    by_size_.erase({size, offset});
  }

  std::map<int64_t, int64_t> by_offset_;           // offset -> size
  std::set<std::pair<int64_t, int64_t>> by_size_;  // size, offset
  int64_t end_ = 0;
};

MemoryPlan PlanByStep(std::span<const BufferRequest> requests) {
  std::vector<size_t> by_first(requests.size());
  std::iota(by_first.begin(), by_first.end(), size_t{0});
  std::ranges::stable_sort(by_first, {}, [&](size_t i) { return requests[i].lifetime.first; });

  MemoryPlan plan;
  plan.offsets.resize(requests.size(), 0);
  Gaps gaps;
  using Living = std::pair<int, size_t>;  // the last step, and the request
  std::priority_queue<Living, std::vector<Living>, std::greater<>> living;
  for (const size_t index : by_first) {
    const int64_t bytes = AlignedBytes(requests[index].bytes);
    if (bytes == 0) continue;
    while (!living.empty() && living.top().first < requests[index].lifetime.first) {
      const size_t ended = living.top().second;
      gaps.Give(plan.offsets[ended], AlignedBytes(requests[ended].bytes));
      living.pop();
    }
    plan.offsets[index] = gaps.Take(bytes);
    plan.total_bytes = std::max(plan.total_bytes, plan.offsets[index] + bytes);
    living.push({requests[index].lifetime.last, index});
  }
  return plan;
}

}  // namespace

Result<MemoryPlan> PlanMemory(std::span<const BufferRequest> requests) {
  int64_t sum = 0;
  for (const BufferRequest& request : requests) {
    if (request.bytes > kMaxBytes || AlignedBytes(request.bytes) > kMaxBytes - sum) {
      return ResourceLimit("the intermediate values do not fit in 63 bits of address space");
    }
    sum += AlignedBytes(request.bytes);
  }

  const auto count = std::ranges::count_if(
      requests, [](const BufferRequest& request) { return request.bytes > 0; });
  return static_cast<size_t>(count) > kMaxPlacedBySize ? PlanByStep(requests)
                                                       : PlanBySize(requests);
}

}  // namespace octet::runtime
