// A service may load and destroy any number of models.
#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "octet/octet.h"

namespace octet {
namespace {

// The memory of this process that is resident now.
int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t total_pages = 0;
  int64_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

void LoadAndRun(int times) {
  for (int i = 0; i < times; ++i) {
    auto classifier =
        TextClassifier::Load("tests/data/attacks/json_out_of_memory", {}, {.threads = 2});
    REQUIRE_MESSAGE(classifier.ok(), classifier.status().ToString());
    const TextInput text = {"hello cats", "a world"};
    REQUIRE(classifier->Classify({&text, 1}).ok());
  }
}

TEST_CASE("a thousand models, one after the other, leave nothing behind") {
  LoadAndRun(200);
  const int64_t before = ResidentBytes();
  LoadAndRun(1000);
  CHECK(ResidentBytes() - before < 1000 * 500);  // the model file has 491 bytes
}

}  // namespace
}  // namespace octet
