// Makes memory run out at every place of some work.
#ifndef OCTET_TESTS_SUPPORT_ALLOCATION_SWEEP_H_
#define OCTET_TESTS_SUPPORT_ALLOCATION_SWEEP_H_

#include <doctest/doctest.h>

#include <cstdint>
#include <new>
#include <utility>

#include "base/status.h"
#include "tests/support/counted_new.h"

namespace octet::testing {

// What std::bad_alloc out of the work means: the folders below bert/ may throw it, the public API
// may not.
enum class BadAlloc { kIsOutOfMemory, kIsAnError };

// Calls work(), which returns a Status, with the n-th allocation failing, for n from 1 on until
// there are fewer: once with that one failing alone, once with all that follow. Each must give
// OutOfMemory, or OK where the work has another way (std::stable_sort without a buffer), and the
// work must succeed when nothing fails, before and after. A test that takes too long with every n
// names a step: n then grows by a `step`-th of itself. Returns how often memory ran out.
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
