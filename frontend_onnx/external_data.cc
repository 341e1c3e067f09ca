#include "frontend_onnx/external_data.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <string_view>

namespace octet::frontend_onnx {
namespace {

constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;

// What is wrong with a location by its spelling alone; "" when nothing is.
std::string_view SpellingError(std::string_view location) {
  if (location.empty()) return "is empty";
  if (location.find('\0') != std::string_view::npos) return "contains a NUL";
  if (location.front() == '/') return "is an absolute path";
  while (true) {
    const size_t slash = location.find('/');
    if (location.substr(0, slash) == "..") return "leads out of the model's folder";
    if (slash == std::string_view::npos) return "";
    location.remove_prefix(slash + 1);
  }
}

// Opens `location` below `folder` component by component, for kernels without openat2 (before Linux
// 5.6, or where a sandbox forbids it). The spelling has been checked. Returns -1 with errno.
int OpenByComponents(int folder, std::string_view location) {
  int current = dup(folder);
  while (current >= 0) {
    const size_t slash = location.find('/');
    const std::string component(location.substr(0, slash));
    const bool last = slash == std::string_view::npos;
    int next = current;
    if (!component.empty()) {
      next = openat(current, component.c_str(), kOpenFlags | O_NOFOLLOW | (last ? 0 : O_DIRECTORY));
      const int error = errno;
      close(current);
      errno = error;
    }
    if (last) return next;
    current = next;
    location.remove_prefix(slash + 1);
  }
  return -1;
}

int OpenBeneath(int folder, const std::string& location) {
  open_how how = {};
  how.flags = kOpenFlags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const long descriptor = syscall(SYS_openat2, folder, location.c_str(), &how, sizeof(how));
  if (descriptor >= 0) return static_cast<int>(descriptor);
  if (errno != ENOSYS && errno != EPERM) return -1;
  return OpenByComponents(folder, location);
}

}  // namespace

Result<ByteSource*> ExternalData::Open(const std::string& location) {
  if (source_ && location == location_) return source_.get();
  source_.reset();
  const std::string quoted = "external data '" + Printable(location) + "' ";
  if (const std::string_view error = SpellingError(location); !error.empty()) {
    return InvalidModel(quoted + std::string(error));
  }
  if (!folder_) {
    return InvalidArgument(quoted +
                           "is in a file, and a model given as bytes has no folder; set "
                           "ImportOptions::external_data_dir");
  }
  const int folder = open(folder_->c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (folder < 0) {
    return IoError("cannot open the folder '" + Printable(*folder_) + "': " + std::strerror(errno));
  }
  const int descriptor = OpenBeneath(folder, location);
  const int error = errno;
  close(folder);
  if (descriptor < 0) {
    if (error == ENOENT) {
      return NotFound("external data '" + Printable(*folder_ + "/" + location) +
                      "' does not exist");
    }
    if (error == ELOOP || error == EXDEV || error == ENOTDIR) {
      return InvalidModel(quoted + "goes through a symbolic link or out of the model's folder");
    }
    return IoError(quoted + "cannot be opened: " + std::strerror(error));
  }
  struct stat info;
  if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1) {
    close(descriptor);
    return InvalidModel(quoted + "is not a regular file with a single name");
  }
  OCTET_ASSIGN_OR_RETURN(source_,
                         SourceFromDescriptor(descriptor, std::numeric_limits<uint64_t>::max()));
  location_ = location;
  return source_.get();
}

}  // namespace octet::frontend_onnx
