// Counts every allocation of a program, and can make one fail. A test must have counted_new.cc
// among its sources, which replaces operators new and delete.
#ifndef OCTET_TESTS_SUPPORT_COUNTED_NEW_H_
#define OCTET_TESTS_SUPPORT_COUNTED_NEW_H_

#include <atomic>
#include <cstdint>
#include <limits>

namespace octet::testing {

extern std::atomic<int64_t> allocations;
// The number of the allocation that fails.
extern std::atomic<int64_t> failing_allocation;
inline constexpr int64_t kNoAllocation = std::numeric_limits<int64_t>::max();

}  // namespace octet::testing

#endif  // OCTET_TESTS_SUPPORT_COUNTED_NEW_H_
