// A fuzz target: a function that gives bytes from anywhere to one part of octet, and says whether
// the part kept its promises. libFuzzer calls it (libfuzzer_main.cc), and so does the test that
// replays the committed inputs (replay_test.cc).
#ifndef OCTET_TESTS_FUZZ_TARGET_H_
#define OCTET_TESTS_FUZZ_TARGET_H_

#include <span>
#include <string_view>

#include "base/status.h"

namespace octet::fuzz {

struct Target {
  std::string_view name;
  // Returns the promise that was broken, or ok: that a part refuses the bytes is no fault. All that
  // the function chooses comes from `bytes`, so that a finding is found again.
  Status (*run)(std::string_view bytes);
};

// The rows of targets.def.
std::span<const Target> Targets();

// Runs a target on an input. Besides what the target finds it is a fault when the input takes more
// memory than 64 MiB and 100 times its size (memory_meter.h says what counts).
Status CheckInput(const Target& target, std::string_view bytes);

// Ok for an error that a part may give to a stranger's bytes; a broken promise for an ok status,
// and for Internal, which only a fault of octet may cause.
Status CheckRefusal(const Status& status);

#define OCTET_FUZZ_TARGET(Name, name) Status Fuzz##Name(std::string_view bytes);
#include "tests/fuzz/targets.def"
#undef OCTET_FUZZ_TARGET

}  // namespace octet::fuzz

#endif  // OCTET_TESTS_FUZZ_TARGET_H_
