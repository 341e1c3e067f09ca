// Reading and writing files: the one place that decides what may be opened and words the errors.
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

// The error for a failed system call: Io, or OutOfMemory if `error` says that memory was missing.
Status SystemError(std::string_view action, const std::error_code& error);

// A file that is open for reading. The destructor closes it. Not thread-safe.
class File {
 public:
  enum class Kind {
    kRegular,  // of a known size; symbolic links are followed
    kStream,   // also a FIFO or a device, which may be endless
  };

  // Errors, with the path: NotFound; Io for a directory, for a file of the wrong kind and for a
  // file that cannot be opened. Opening a FIFO as a kStream waits for its writer.
  static Result<File> Open(const std::string& path, Kind kind);

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  // Size in bytes of a regular file, when it was opened.
  uint64_t size() const { return size_; }
  // Fills `out` with the next bytes and returns their number, which is below out.size() only at the
  // end of the file. Error: Io with the path.
  Result<size_t> Read(std::span<char> out);
  int descriptor() const { return descriptor_; }
  // Gives the descriptor to the caller, who must close it.
  int Release();

 private:
  explicit File(std::string path) : path_(std::move(path)) {}

  std::string path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
};

// The bytes of a small regular file. Errors: those of File::Open and File::Read; ResourceLimit
// above max_bytes, before anything is read; Io when the file becomes shorter while it is read.
Result<std::string> ReadFile(const std::string& path, uint64_t max_bytes);

// Writes a file so that a reader sees the old contents or the new ones, never a part: `contents`
// are written to a temporary file beside `path`, which is then renamed to `path`. A path that
// exists and is not a regular file, such as /dev/stdout, is written in place. Error: Io with the
// path and the system's reason; the old regular file is then intact.
Status WriteFile(const std::string& path, std::string_view contents);

}  // namespace octet

#endif  // OCTET_BASE_FILE_H_
