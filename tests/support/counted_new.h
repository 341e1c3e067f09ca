// Counts every allocation of a program, and can make some fail. A test must have counted_new.cc
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
// Whether all allocations after that one fail, too.
extern std::atomic<bool> all_from_there_on;
inline constexpr int64_t kNoAllocation = std::numeric_limits<int64_t>::max();

}  // namespace octet::testing

#endif  // OCTET_TESTS_SUPPORT_COUNTED_NEW_H_
