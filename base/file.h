// Reading and writing files: the one place that says what may be opened and how its errors read.
#ifndef OCTET_BASE_FILE_H_
#define OCTET_BASE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "base/status.h"

namespace octet {

// What the system answered to an action that failed: Io, or OutOfMemory where it says so.
Status SystemError(std::string_view action, const std::error_code& error);

// A file that is open for reading, and closed when this ends. Not thread-safe.
class File {
 public:
  enum class Kind {
    kRegular,  // of a known size; symbolic links are followed
    kStream,   // also a FIFO or a device, which may be endless
  };

  // Errors, with the path: NotFound; Io for a directory, for what is not of this kind and for what
  // cannot be opened. Opening a FIFO as a kStream waits for its writer.
  static Result<File> Open(const std::string& path, Kind kind);

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  // The size when a regular file was opened, in bytes.
  uint64_t size() const { return size_; }
  // Fills `out` with the next bytes, and returns how many there were: fewer than out.size() only at
  // the end of the file. Error: Io with the path.
  Result<size_t> Read(std::span<char> out);
  int descriptor() const { return descriptor_; }
  // The descriptor, which the caller now closes.
  int Release();

 private:
  explicit File(std::string path) : path_(std::move(path)) {}

  std::string path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
};

// The bytes of a small regular file. Errors: those of File::Open and File::Read; ResourceLimit
// above max_bytes, found before reading; Io when the file becomes shorter meanwhile.
Result<std::string> ReadFile(const std::string& path, uint64_t max_bytes);

// Writes a file so that a reader sees the old contents or the new ones, never a part: `contents` go
// to a temporary file beside `path`, which then takes its name. A path that exists and is not a
// regular file, such as /dev/stdout, is written in place. Io with the path and the system's reason;
// the old file is then intact.
Status WriteFile(const std::string& path, std::string_view contents);

}  // namespace octet

#endif  // OCTET_BASE_FILE_H_
