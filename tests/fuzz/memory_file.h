// A file without a disk, for what is read by its path.
#ifndef OCTET_TESTS_FUZZ_MEMORY_FILE_H_
#define OCTET_TESTS_FUZZ_MEMORY_FILE_H_

#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"

namespace octet::fuzz {

// There until this ends.
class MemoryFile {
 public:
  static Result<MemoryFile> Create(std::string_view contents) {
    MemoryFile file(memfd_create("octet_fuzz", MFD_CLOEXEC));
    while (!contents.empty()) {
      const ssize_t written = write(file.descriptor_, contents.data(), contents.size());
      if (written <= 0) return IoError("cannot write a file in memory");
      contents.remove_prefix(static_cast<size_t>(written));
    }
    return file;
  }
  MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  explicit MemoryFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace octet::fuzz

#endif  // OCTET_TESTS_FUZZ_MEMORY_FILE_H_
