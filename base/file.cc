#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace octet {
namespace {

std::error_code LastError() { return {errno, std::system_category()}; }

// Writes everything and closes the descriptor.
std::error_code WriteAll(int fd, std::string_view contents, bool sync) {
  std::error_code error;
  while (!contents.empty() && !error) {
    const ssize_t written = write(fd, contents.data(), contents.size());
    if (written >= 0) {
      contents.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      error = LastError();
    }
  }
  if (!error && sync && fsync(fd) != 0) error = LastError();
  if (close(fd) != 0 && !error) error = LastError();
  return error;
}

}  // namespace

Status SystemError(std::string_view action, const std::error_code& error) {
  std::string message = std::string(action) + ": " + error.message();
  return error == std::errc::not_enough_memory ? OutOfMemory(std::move(message))
                                               : IoError(std::move(message));
}

Result<File> File::Open(const std::string& path, Kind kind) {
  // O_NONBLOCK: opening a FIFO, only to refuse it, must not wait for its writer.
  const int nonblock = kind == Kind::kRegular ? O_NONBLOCK : 0;
  File file(path);
  file.descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC | nonblock);
  if (file.descriptor_ < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return NotFound("no such file").InFile(path);
    return SystemError("cannot be opened", LastError()).InFile(path);
  }
  struct stat info;
  if (fstat(file.descriptor_, &info) != 0)
    return SystemError("cannot be inspected", LastError()).InFile(path);
  if (S_ISDIR(info.st_mode)) return IoError("is a directory").InFile(path);
  if (kind == Kind::kRegular && !S_ISREG(info.st_mode)) {
    return IoError("is not a regular file").InFile(path);
  }
  file.size_ = static_cast<uint64_t>(info.st_size);
  return file;
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(other.Release()), size_(other.size_) {}

File& File::operator=(File&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) close(descriptor_);
}

int File::Release() { return std::exchange(descriptor_, -1); }

Result<size_t> File::Read(std::span<char> out) {
  size_t total = 0;
  while (total < out.size()) {
    const ssize_t count = read(descriptor_, out.data() + total, out.size() - total);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError("cannot be read", LastError()).InFile(path_);
    if (count == 0) break;
    total += static_cast<size_t>(count);
  }
  return total;
}

Result<std::string> ReadFile(const std::string& path, uint64_t max_bytes) {
  OCTET_ASSIGN_OR_RETURN(File file, File::Open(path, File::Kind::kRegular));
  if (file.size() > max_bytes) {
    return ResourceLimit(std::to_string(file.size()) + " bytes, limit " + std::to_string(max_bytes))
        .InFile(path);
  }
  std::string bytes(static_cast<size_t>(file.size()), '\0');
  OCTET_ASSIGN_OR_RETURN(const size_t count, file.Read(bytes));
  if (count < bytes.size()) {
    return IoError("the file became shorter while it was read").InFile(path);
  }
  return bytes;
}

Status WriteFile(const std::string& path, std::string_view contents) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return SystemError("cannot be opened for writing", LastError()).InFile(path);
    error = WriteAll(fd, contents, false);
    return error ? SystemError("cannot be written", error).InFile(path) : Status();
  }
  std::string temporary = path + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return SystemError("cannot be created", LastError()).InFile(path);
  // mkostemp makes the file private; give it the permissions that a new file would have.
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(fd, 0666 & ~mask);
  const char* action = "cannot be written";
  error = WriteAll(fd, contents, true);
  if (!error && rename(temporary.c_str(), path.c_str()) != 0) {
    action = "cannot be replaced";
    error = LastError();
  }
  if (!error) return Status();
  unlink(temporary.c_str());
  return SystemError(action, error).InFile(path);
}

}  // namespace octet
