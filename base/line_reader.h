// Reading text files line by line.
#ifndef OCTET_BASE_LINE_READER_H_
#define OCTET_BASE_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "base/status.h"

namespace octet {

// Reads a file line by line. Lines end with LF or CR LF; a CR elsewhere is an ordinary character.
// The last line may lack its LF. A byte-order mark at the start is dropped, and so are empty lines
// at the end of the file. Not thread-safe.
class LineReader {
 public:
  // A hundred times the longest line of any GLUE task.
  static constexpr size_t kMaxLineBytes = size_t{1} << 20;

  // Errors, with the path: those of File::Open. `path` may be a FIFO or a device.
  static Result<LineReader> Open(const std::string& path);
  // Nothing else may read standard input at the same time.
  static LineReader OfStandardInput();

  // Moves to the next line; false at the end of the file. Errors, with path and line:
  // InvalidArgument for a NUL byte or an empty line with text after it; ResourceLimit for a line
  // above kMaxLineBytes, before the rest of the line is read; Io.
  Result<bool> Next();

  const std::string& line() const { return line_; }
  int64_t line_number() const { return line_number_; }  // from 1

  // The status with this reader's path and line.
  Status Here(Status status) const;

 private:
  using Stream = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

  LineReader(std::string name, Stream file) : name_(std::move(name)), file_(std::move(file)) {}

  Result<bool> ReadLine();

  std::string name_;
  Stream file_;
  std::string line_;
  int64_t line_number_ = 0;
};

}  // namespace octet

#endif  // OCTET_BASE_LINE_READER_H_
