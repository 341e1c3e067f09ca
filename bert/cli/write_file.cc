#include "bert/cli/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace octet::bert {
namespace {

Status SystemError(const std::string& action, const std::string& path) {
  return IoError(action + ": " + std::strerror(errno)).InFile(path);
}

// Writes everything and closes the descriptor.
Status WriteAll(int fd, std::string_view contents, bool sync, const std::string& path) {
  while (!contents.empty()) {
    const ssize_t written = write(fd, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      Status status = SystemError("cannot be written", path);
      close(fd);
      return status;
    }
    contents.remove_prefix(static_cast<size_t>(written));
  }
  const bool synced = !sync || fsync(fd) == 0;
  if (close(fd) != 0 || !synced) return SystemError("cannot be written", path);
  return {};
}

}  // namespace

Status WriteFile(const std::string& path, std::string_view contents) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return SystemError("cannot be opened for writing", path);
    return WriteAll(fd, contents, false, path);
  }
  std::string temporary = path + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return SystemError("cannot be created", path);
  // mkostemp makes the file private; give it the permissions that a new file would have.
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(fd, 0666 & ~mask);
  Status written = WriteAll(fd, contents, true, path);
  if (written.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    written = SystemError("cannot be replaced", path);
  }
  if (!written.ok()) unlink(temporary.c_str());
  return written;
}

}  // namespace octet::bert
