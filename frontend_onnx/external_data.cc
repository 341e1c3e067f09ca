#include "frontend_onnx/external_data.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <string_view>

namespace octet::frontend_onnx {
namespace {

constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;

// What is wrong with the spelling of a location; "" if it is valid.
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

// Opens `folder` and then `location` below it without following links. Returns -1 with errno.
int OpenBelow(const std::string& folder, const std::string& location) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (descriptor < 0) return -1;
  const int file = OpenBeneath(descriptor, location);
  const int error = errno;
  close(descriptor);
  errno = error;
  return file;
}

// The path with all links resolved; empty on an error.
std::filesystem::path Resolve(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path resolved = std::filesystem::canonical(path, error);
  return error ? std::filesystem::path() : resolved;
}

// Opens a file that is reached through links if its resolved path lies below one of the folders.
// Returns -1 with errno; ELOOP for a file that lies elsewhere.
int OpenLinked(const std::filesystem::path& file,
               std::initializer_list<std::filesystem::path> folders) {
  const std::filesystem::path target = Resolve(file);
  if (target.empty()) {
    errno = ENOENT;
    return -1;
  }
  for (const std::filesystem::path& folder : folders) {
    if (folder.empty()) continue;
    const std::string below = target.lexically_relative(folder).string();
    // The path may have changed since it was resolved, so opening it must not follow links.
    if (SpellingError(below).empty()) return OpenBelow(folder.string(), below);
  }
  errno = ELOOP;
  return -1;
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
                           "is in a file, and bytes alone do not have a folder; set "
                           "ImportOptions::external_data_dir");
  }
  const int folder = open(folder_->c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (folder < 0) {
    return IoError("cannot open the folder '" + Printable(*folder_) + "': " + std::strerror(errno));
  }
  int descriptor = OpenBeneath(folder, location);
  int error = errno;
  close(folder);
  if (descriptor < 0 && error == ELOOP) {
    const std::filesystem::path model = Resolve(model_file_);
    descriptor = OpenLinked(std::filesystem::path(*folder_) / location,
                            {Resolve(*folder_), model.parent_path()});
    error = errno;
  }
  if (descriptor < 0) {
    if (error == ENOENT) {
      return NotFound("external data '" + Printable(*folder_ + "/" + location) +
                      "' does not exist");
    }
    if (error == ELOOP || error == EXDEV || error == ENOTDIR) {
      return InvalidModel(quoted + "leads out of the model's folder, or through a file");
    }
    return IoError(quoted + "cannot be opened: " + std::strerror(error));
  }
  struct stat info;
  if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    close(descriptor);
    return InvalidModel(quoted + "is not a regular file");
  }
  OCTET_ASSIGN_OR_RETURN(source_,
                         SourceFromDescriptor(descriptor, std::numeric_limits<uint64_t>::max()));
  location_ = location;
  return source_.get();
}

}  // namespace octet::frontend_onnx
