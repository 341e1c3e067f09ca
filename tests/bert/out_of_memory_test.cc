// If any allocation fails while a model is compiled, BuildEngine returns OutOfMemory.
#include <doctest/doctest.h>

#include "bert/engine.h"
#include "bert/synthetic.h"
#include "tests/support/counted_new.h"

namespace octet::bert {
namespace {

TEST_CASE("a failed allocation anywhere is an error of BuildEngine") {
  EngineOptions options;
  options.pipeline.precision = Precision::kInt8;
  const auto module = MakeSyntheticModule({.name = "one layer",
                                           .layers = 1,
                                           .hidden = 32,
                                           .heads = 2,
                                           .intermediate = 64,
                                           .vocabulary = 10,
                                           .positions = 8});
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  int failed = 0;
  bool built = false;
  // Some allocations are skipped: failing each one would take a minute.
  for (int64_t count = 1; !built; count += 1 + count / 16) {
    ir::Module copy = module->Clone();
    testing::failing_allocation = testing::allocations + count;
    const auto engine = BuildEngine(std::move(copy), options);
    built = testing::allocations < testing::failing_allocation;
    testing::failing_allocation = testing::kNoAllocation;
    CAPTURE(count);
    CHECK(engine.ok() == built);
    if (!engine.ok()) CHECK(engine.status().code() == StatusCode::kOutOfMemory);
    failed += engine.ok() ? 0 : 1;
  }
  CHECK(failed > 20);
}

}  // namespace
}  // namespace octet::bert
