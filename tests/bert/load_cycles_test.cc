// A service may load and destroy any number of models.
#include <doctest/doctest.h>

#include "octet/octet.h"
#include "tests/support/resident_bytes.h"

namespace octet {
namespace {

void LoadAndRun(int times) {
  for (int i = 0; i < times; ++i) {
    auto classifier =
        TextClassifier::Load("tests/data/attacks/json_out_of_memory", {}, {.threads = 2});
    REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
    const TextInput text = {"hello cats", "a world"};
    REQUIRE(classifier->Classify({&text, 1}).ok());
  }
}

TEST_CASE("ten thousand models, one after the other, leave nothing behind") {
  LoadAndRun(200);
  const int64_t before = testing::ResidentBytes();
  LoadAndRun(10'000);
  CHECK(testing::ResidentBytes() - before < 500'000);  // 50 bytes a model, whose file has 491
}

}  // namespace
}  // namespace octet
