// Runs some work again and again, with another allocation failing each time.
#ifndef OCTET_TESTS_SUPPORT_ALLOCATION_SWEEP_H_
#define OCTET_TESTS_SUPPORT_ALLOCATION_SWEEP_H_

#include <doctest/doctest.h>

#include <cstdint>
#include <new>
#include <utility>

#include "base/status.h"
#include "tests/support/counted_new.h"

namespace octet::testing {

// What it means if the work throws std::bad_alloc. Functions below the public API may throw it.
enum class BadAlloc { kIsOutOfMemory, kIsAnError };

// Calls work(), which returns a Status, for n = 1, 2 and so on until it makes fewer than n
// allocations. In a first round only the n-th allocation of a call fails, in a second round all
// allocations from the n-th on fail. Each call must return OutOfMemory, or OK where the work does
// not need the memory (std::stable_sort sorts without a buffer, too). Before and after, the work
// must succeed. With a `step`, n grows by n / step more each time, for work that takes too long
// otherwise. Returns how many calls failed.
template <typename Work>
int SweepAllocations(const Work& work, BadAlloc bad_alloc, int64_t step = INT64_MAX) {
  const Status before = work();
  REQUIRE_MESSAGE(before.ok(), before.ToString());
  int failed = 0;
  for (const bool all : {false, true}) {
    bool reached_the_end = false;
    for (int64_t n = 1; !reached_the_end; n += 1 + n / step) {
      Status status;
      bool thrown = false;
      all_from_there_on = all;
      const int64_t last = allocations + n;
      failing_allocation = last;
      try {
        status = work();
      } catch (const std::bad_alloc&) {
        thrown = true;
      }
      reached_the_end = allocations < last;
      failing_allocation = kNoAllocation;
      CAPTURE(n);
      CAPTURE(all);
      if (reached_the_end) CHECK_MESSAGE((status.ok() && !thrown), status.ToString());
      if (!status.ok()) {
        CHECK_MESSAGE(status.code() == StatusCode::kOutOfMemory, status.ToString());
      }
      CHECK((!thrown || bad_alloc == BadAlloc::kIsOutOfMemory));
      failed += thrown || !status.ok() ? 1 : 0;
    }
  }
  const Status after = work();
  CHECK_MESSAGE(after.ok(), after.ToString());
  return failed;
}

}  // namespace octet::testing

#endif  // OCTET_TESTS_SUPPORT_ALLOCATION_SWEEP_H_
