#include <doctest/doctest.h>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/kernel_rows.h"

OCTET_TESTS_KERNEL(peak_u8s8);
OCTET_TESTS_KERNEL(peak_f32);

namespace octet::kernels {
namespace {

void CheckCount(PeakFn peak) {
  CHECK(peak(0) == 0.0);
  CHECK(peak(1) >= 16.0);
  CHECK(peak(7) == 7.0 * peak(1));
}

TEST_CASE("a peak returns the number of multiply-adds of its rounds") {
  for (const IsaTable& isa : IsasWith(&KernelTable::peak_u8s8)) {
    CAPTURE(isa.name);
    CheckCount(isa.own.peak_u8s8);
  }
  for (const IsaTable& isa : IsasWith(&KernelTable::peak_f32)) {
    CAPTURE(isa.name);
    CheckCount(isa.own.peak_f32);
  }
}

}  // namespace
}  // namespace octet::kernels
