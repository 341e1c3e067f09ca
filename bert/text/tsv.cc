#include "bert/text/tsv.h"

#include <fmt/format.h>

#include <filesystem>
#include <streambuf>
#include <system_error>
#include <utility>

namespace octet::bert {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

std::vector<std::string_view> SplitTabs(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const size_t tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return fields;
    line.remove_prefix(tab + 1);
  }
}

Result<TsvReader> TsvReader::Open(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::not_found) return NotFound("no such file").InFile(path);
  if (type == fs::file_type::directory) return IoError("is a directory").InFile(path);
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return IoError("cannot be opened").InFile(path);
  return TsvReader(path, std::move(stream));
}

Status TsvReader::Here(Status status) const {
  return std::move(status).InFile(path_).AtLine(line_number_);
}

// Reads from the buffer byte by byte: unlike std::getline it can stop at the size limit.
Result<bool> TsvReader::ReadLine() {
  using Traits = std::char_traits<char>;
  const auto next = [this] {
    try {
      return stream_.rdbuf()->sbumpc();
    } catch (const std::ios_base::failure&) {  // how libstdc++ says that a read failed
      stream_.setstate(std::ios_base::badbit);
      return Traits::eof();
    }
  };
  line_.clear();
  Traits::int_type c = next();
  if (Traits::eq_int_type(c, Traits::eof()) && !stream_.bad()) return false;
  ++line_number_;
  for (; !Traits::eq_int_type(c, Traits::eof()) && c != '\n'; c = next()) {
    if (c == 0) return Here(InvalidArgument("NUL byte"));
    if (line_.size() == kMaxLineBytes) {
      return Here(ResourceLimit(fmt::format("line above {} bytes", kMaxLineBytes)));
    }
    line_ += Traits::to_char_type(c);
  }
  if (stream_.bad()) return Here(IoError("the file cannot be read"));
  if (line_.ends_with('\r')) line_.pop_back();
  if (line_number_ == 1 && line_.starts_with(kByteOrderMark)) {
    line_.erase(0, kByteOrderMark.size());
  }
  return true;
}

Result<bool> TsvReader::Next() {
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
