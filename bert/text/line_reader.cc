#include "bert/text/line_reader.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace octet::bert {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Result<LineReader> LineReader::Open(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::not_found) return NotFound("no such file").InFile(path);
  if (type == fs::file_type::directory) return IoError("is a directory").InFile(path);
  File file(std::fopen(path.c_str(), "rbe"), std::fclose);
  if (!file) {
    return IoError(fmt::format("cannot be opened: {}", std::strerror(errno))).InFile(path);
  }
  return LineReader(path, std::move(file));
}

LineReader LineReader::OfStandardInput() {
  return LineReader("standard input", File(stdin, [](std::FILE*) { return 0; }));
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
      return Here(ResourceLimit(fmt::format("line above {} bytes", kMaxLineBytes)));
    }
    line_ += static_cast<char>(c);
  }
  if (std::ferror(file_.get()) != 0) {
    return Here(IoError(fmt::format("cannot be read: {}", std::strerror(errno))));
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

}  // namespace octet::bert
