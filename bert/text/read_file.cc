#include "bert/text/read_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace octet::bert {

Result<std::string> ReadFile(const std::string& path, uint64_t max_bytes) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return NotFound("no such file").InFile(path);
  if (status.type() == fs::file_type::directory) return IoError("is a directory").InFile(path);
  if (status.type() == fs::file_type::none) return IoError(error.message()).InFile(path);
  if (status.type() != fs::file_type::regular) return IoError("not a regular file").InFile(path);
  const uintmax_t size = fs::file_size(path, error);
  if (error) return IoError(error.message()).InFile(path);
  if (size > max_bytes) {
    return ResourceLimit(fmt::format("{} bytes, limit {}", size, max_bytes)).InFile(path);
  }
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(static_cast<size_t>(size), '\0');
  if (!stream || !stream.read(bytes.data(), static_cast<std::streamsize>(size))) {
    return IoError("cannot be read").InFile(path);
  }
  return bytes;
}

}  // namespace octet::bert
