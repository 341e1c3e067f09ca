// The memory of this process.
#ifndef OCTET_TESTS_SUPPORT_RESIDENT_BYTES_H_
#define OCTET_TESTS_SUPPORT_RESIDENT_BYTES_H_

#include <unistd.h>

#include <cstdint>
#include <fstream>

namespace octet::testing {

// The memory that this process occupies now.
inline int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t total_pages = 0;
  int64_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

}  // namespace octet::testing

#endif  // OCTET_TESTS_SUPPORT_RESIDENT_BYTES_H_
