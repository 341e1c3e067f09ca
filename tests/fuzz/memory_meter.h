// Counts the memory that a piece of code takes: what operator new and mmap give, and where a
// sanitizer is built in all of malloc.
#ifndef OCTET_TESTS_FUZZ_MEMORY_METER_H_
#define OCTET_TESTS_FUZZ_MEMORY_METER_H_

#include <cstdint>

namespace octet::fuzz {

// Measures from its construction on. One at a time; the allocations of all threads count.
class MemoryMeter {
 public:
  MemoryMeter();
  // The most bytes that were in use at once, beyond those in use at the start.
  int64_t peak() const;

 private:
  int64_t start_;
};

}  // namespace octet::fuzz

#endif  // OCTET_TESTS_FUZZ_MEMORY_METER_H_
