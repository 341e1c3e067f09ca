// One target as a libFuzzer program: OCTET_FUZZ_RUN is its function.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/target.h"

extern "C" __attribute__((visibility("default"))) int LLVMFuzzerTestOneInput(const uint8_t* data,
                                                                             size_t size);

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr octet::fuzz::Target kTarget = {"", octet::fuzz::OCTET_FUZZ_RUN};
  const octet::Status status =
      octet::fuzz::CheckInput(kTarget, {reinterpret_cast<const char*>(data), size});
  if (status.ok()) return 0;
  std::fprintf(stderr, "BROKEN PROMISE: %s\n", status.ToString().c_str());
  std::abort();
}
