#include "runtime/memory_plan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <random>

namespace octet::runtime {
namespace {

// The most bytes in use at any one step: no plan can be smaller.
int64_t PeakLiveBytes(const std::vector<BufferRequest>& requests) {
  int last = -1;
  for (const BufferRequest& request : requests) last = std::max(last, request.lifetime.last);
  std::vector<int64_t> change(static_cast<size_t>(last + 2), 0);
  for (const BufferRequest& request : requests) {
    change[static_cast<size_t>(request.lifetime.first)] += AlignedBytes(request.bytes);
    change[static_cast<size_t>(request.lifetime.last + 1)] -= AlignedBytes(request.bytes);
  }
  int64_t live = 0;
  int64_t peak = 0;
  for (const int64_t delta : change) peak = std::max(peak, live += delta);
  return peak;
}

MemoryPlan Plan(const std::vector<BufferRequest>& requests) {
  auto plan = PlanMemory(requests);
  REQUIRE(plan.ok());
  return *std::move(plan);
}

TEST_CASE("a plan without buffers needs 0 bytes") {
  const MemoryPlan plan = Plan({});
  CHECK(plan.total_bytes == 0);
}

TEST_CASE("buffers that do not live at the same time share memory") {
  const std::vector<BufferRequest> requests = {{{0, 1}, 100}, {{2, 3}, 100}, {{1, 2}, 64}};
  const MemoryPlan plan = Plan(requests);
  CHECK(plan.offsets == std::vector<int64_t>{0, 0, 128});
  CHECK(plan.total_bytes == 192);
  CHECK(PeakLiveBytes(requests) == 192);
}

TEST_CASE("a small buffer goes into the gap between two others") {
  // The third ends before the last two begin, so both use its place.
  const std::vector<BufferRequest> requests = {
      {{0, 9}, 640}, {{0, 9}, 512}, {{0, 3}, 320}, {{4, 9}, 192}, {{5, 9}, 128}};
  const MemoryPlan plan = Plan(requests);
  CHECK(plan.offsets == std::vector<int64_t>{0, 640, 1152, 1152, 1344});
  CHECK(plan.total_bytes == PeakLiveBytes(requests));
}

TEST_CASE("empty buffers do not take memory") {
  const MemoryPlan plan = Plan({{{0, 5}, 0}, {{0, 5}, 64}, {{0, 5}, 0}});
  CHECK(plan.total_bytes == 64);
}

TEST_CASE("sizes that do not fit are a resource limit") {
  constexpr int64_t kHalf = std::numeric_limits<int64_t>::max() / 2;
  for (const std::vector<BufferRequest>& requests :
       {std::vector<BufferRequest>{{{0, 0}, std::numeric_limits<int64_t>::max()}},
        std::vector<BufferRequest>{{{0, 0}, kHalf}, {{0, 0}, kHalf}, {{0, 0}, 64}}}) {
    const auto plan = PlanMemory(requests);
    REQUIRE_FALSE(plan.ok());
    CHECK(plan.status().code() == StatusCode::kResourceLimit);
  }
}

// Of any number of buffers, in the time that sorting takes: as many live at once as the model says.
TEST_CASE("many buffers are placed step by step") {
  std::mt19937 random(7);
  const auto below = [&](uint32_t n) { return static_cast<int>(random() % n); };
  std::vector<BufferRequest> requests;
  for (int i = 0; i < 100'000; ++i) {
    const int last = below(3) == 0 ? 100'000 : i + below(20);
    requests.push_back({{i, last}, 1 + below(1000)});
  }
  const MemoryPlan plan = Plan(requests);
  // No two that live at the same time share a byte: along the steps, what is taken is free.
  std::map<int64_t, int64_t> live;   // offset -> end
  std::multimap<int, int64_t> ends;  // last step -> offset
  for (size_t i = 0; i < requests.size(); ++i) {
    while (!ends.empty() && ends.begin()->first < requests[i].lifetime.first) {
      live.erase(ends.begin()->second);
      ends.erase(ends.begin());
    }
    const int64_t end = plan.offsets[i] + requests[i].bytes;
    const auto next = live.lower_bound(plan.offsets[i]);
    REQUIRE((next == live.end() || next->first >= end));
    REQUIRE((next == live.begin() || std::prev(next)->second <= plan.offsets[i]));
    live[plan.offsets[i]] = end;
    ends.insert({requests[i].lifetime.last, plan.offsets[i]});
  }
  CHECK(plan.total_bytes < PeakLiveBytes(requests) * 11 / 10);
}

TEST_CASE("live buffers never overlap") {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto below = [&](uint32_t n) { return static_cast<int>(random() % n); };
    std::vector<BufferRequest> requests;
    const int count = below(60);
    for (int i = 0; i < count; ++i) {
      const int first = below(40);
      const int64_t bytes = below(4) == 0 ? below(3) : below(5000);
      requests.push_back({{first, first + below(10)}, bytes});
    }
    const MemoryPlan plan = Plan(requests);
    REQUIRE(plan.offsets.size() == requests.size());
    CHECK(plan.total_bytes >= PeakLiveBytes(requests));
    for (size_t i = 0; i < requests.size(); ++i) {
      CHECK(plan.offsets[i] >= 0);
      CHECK(plan.offsets[i] % kBufferAlignment == 0);
      CHECK(plan.offsets[i] + requests[i].bytes <= plan.total_bytes);
      for (size_t j = 0; j < i; ++j) {
        if (!requests[i].lifetime.Overlaps(requests[j].lifetime)) continue;
        const bool before = plan.offsets[i] + requests[i].bytes <= plan.offsets[j];
        const bool after = plan.offsets[j] + requests[j].bytes <= plan.offsets[i];
        CHECK((before || after || requests[i].bytes == 0 || requests[j].bytes == 0));
      }
    }
  }
}

}  // namespace
}  // namespace octet::runtime
