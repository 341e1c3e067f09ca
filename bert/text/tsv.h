// Tab-separated lines as GLUE writes them: no quoting, no escapes.
#ifndef OCTET_BERT_TEXT_TSV_H_
#define OCTET_BERT_TEXT_TSV_H_

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "ir/status.h"

namespace octet::bert {

// Splits at TAB and nothing else; "" is one empty field. The fields point into `line`.
std::vector<std::string_view> SplitTabs(std::string_view line);

// Reads a file line by line. Lines end with LF; one CR before it is dropped, a lone CR is an
// ordinary character; the last line may lack its LF; a byte-order mark at the start is dropped;
// empty lines at the end of the file are not lines. One thread at a time.
class TsvReader {
 public:
  // A hundred times the longest line of any GLUE task.
  static constexpr size_t kMaxLineBytes = size_t{1} << 20;

  // Errors, with the path: NotFound; Io for a directory or what cannot be opened.
  static Result<TsvReader> Open(const std::string& path);

  // Moves to the next line; false at the end of the file. Errors, with path and line:
  // InvalidArgument for a NUL byte or an empty line with text after it, ResourceLimit for a line
  // above kMaxLineBytes (found before the rest of it is read), Io.
  Result<bool> Next();

  const std::string& line() const { return line_; }
  int64_t line_number() const { return line_number_; }  // from 1

  // The status with this reader's path and line.
  Status Here(Status status) const;

 private:
  TsvReader(std::string path, std::ifstream stream)
      : path_(std::move(path)), stream_(std::move(stream)) {}

  Result<bool> ReadLine();

  std::string path_;
  std::ifstream stream_;
  std::string line_;
  int64_t line_number_ = 0;
};

}  // namespace octet::bert

#endif  // OCTET_BERT_TEXT_TSV_H_
