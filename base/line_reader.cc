#include "base/line_reader.h"

#include <cerrno>
#include <string_view>
#include <system_error>

#include "base/file.h"

namespace octet {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Result<LineReader> LineReader::Open(const std::string& path) {
  OCTET_ASSIGN_OR_RETURN(File file, File::Open(path, File::Kind::kStream));
  Stream stream(fdopen(file.descriptor(), "rb"), std::fclose);
  if (!stream) {
    return SystemError("cannot be opened", {errno, std::system_category()}).InFile(path);
  }
  file.Release();
  return LineReader(path, std::move(stream));
}

LineReader LineReader::OfStandardInput() {
  return LineReader("standard input", Stream(stdin, [](std::FILE*) { return 0; }));
}

Status LineReader::Here(Status status) const {
  return std::move(status).InFile(name_).AtLine(line_number_);
}

// Byte by byte: unlike std::getline it can stop at the size limit.
Result<bool> LineReader::ReadLine() {
  line_.clear();
  int c = getc_unlocked(file_.get());
  if (c == EOF && std::ferror(file_.get()) == 0) return false;
  ++line_number_;
  for (; c != EOF && c != '\n'; c = getc_unlocked(file_.get())) {
    if (c == 0) return Here(InvalidArgument("NUL byte"));
    if (line_.size() == kMaxLineBytes) {
      return Here(ResourceLimit("line longer than " + std::to_string(kMaxLineBytes) + " bytes"));
    }
    line_ += static_cast<char>(c);
  }
  if (std::ferror(file_.get()) != 0) {
    return Here(SystemError("cannot be read", {errno, std::system_category()}));
  }
  if (line_.ends_with('\r')) line_.pop_back();
  if (line_number_ == 1 && line_.starts_with(kByteOrderMark)) {
    line_.erase(0, kByteOrderMark.size());
  }
  return true;
}

Result<bool> LineReader::Next() {
  OCTET_ASSIGN_OR_RETURN(bool found, ReadLine());
  const int64_t first_empty = line_number_;
  const bool empty = found && line_.empty();
  while (found && line_.empty()) {
    OCTET_ASSIGN_OR_RETURN(found, ReadLine());
  }
  if (empty && found) {
    line_number_ = first_empty;
    return Here(InvalidArgument("empty line"));
  }
  return found;
}

}  // namespace octet
