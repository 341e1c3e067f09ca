// Running a shape again does not allocate memory. This program counts all its allocations.
#include <doctest/doctest.h>

#include "kernels/testing/isa_tables.h"
#include "tests/runtime/models.h"
#include "tests/support/counted_new.h"

namespace octet::runtime {
namespace {

using testing::allocations;

// One thread runs strips by blocks of rows for all of these shapes, two threads only for the
// longest.
TEST_CASE("shapes that ran before run again without allocating") {
  for (const int threads : {1, 2}) {
    const auto program =
        CompileText(PackedEncoder(), kernels::IsaTables().back().table, {.block_rows = 16});
    Session session(program, Pool(threads));
    std::vector<Tensors> inputs;
    std::vector<std::vector<ir::TensorView>> views;
    for (const auto& lengths : {std::vector<int64_t>{5, 3}, {20, 1, 7}, {1}, {50, 41}}) {
      inputs.push_back(EncoderInputs(lengths, 1));
      views.push_back(Views(inputs.back()));
      REQUIRE(session.Run(views.back()).ok());
    }
    const std::vector<NamedTensor> named = {{"attention_mask", views[0][1]},
                                            {"input_ids", views[0][0]}};
    const int64_t arena = session.arena_bytes();
    const int64_t before = allocations;
    bool ok = true;
    for (int i = 0; i < 10; ++i) {
      for (const auto& each : views) ok &= session.Run(each).ok();
      ok &= session.RunNamed(named).ok();
    }
    const int64_t after = allocations;
    CHECK(ok);
    CHECK(after == before);
    CHECK(session.arena_bytes() == arena);
  }
}

TEST_CASE("the counter counts") {
  const int64_t before = allocations;
  const auto program = CompileText(PackedEncoder(), ReferenceKernels());
  CHECK(allocations > before);
}

}  // namespace
}  // namespace octet::runtime
