#include "frontend_onnx/byte_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace octet::frontend_onnx {
namespace {

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}

  uint64_t size() const override { return bytes_.size(); }
  Status Read(uint64_t offset, std::span<std::byte> out) override {
    if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
    return {};
  }
  Result<std::span<const std::byte>> Peek(uint64_t offset) override {
    return bytes_.subspan(offset, std::min<size_t>(kPeekBytes, bytes_.size() - offset));
  }

 private:
  std::span<const std::byte> bytes_;
};

class FileSource : public ByteSource {
 public:
  FileSource(int descriptor, uint64_t size) : descriptor_(descriptor), size_(size) {}
  ~FileSource() override { close(descriptor_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  uint64_t size() const override { return size_; }

  Status Read(uint64_t offset, std::span<std::byte> out) override {
    if (out.size() >= kWindowBytes) return ReadFile(offset, out);
    while (!out.empty()) {
      OCTET_RETURN_IF_ERROR(MoveWindow(offset, 1));
      const std::span<const std::byte> held = Held(offset);
      const size_t count = std::min(out.size(), held.size());
      std::memcpy(out.data(), held.data(), count);
      offset += count;
      out = out.subspan(count);
    }
    return {};
  }

  Result<std::span<const std::byte>> Peek(uint64_t offset) override {
    const size_t count = std::min<uint64_t>(kPeekBytes, size_ - offset);
    OCTET_RETURN_IF_ERROR(MoveWindow(offset, count));
    return Held(offset).first(count);
  }

 private:
  // Each read costs a system call; one of 64 KiB serves many small messages.
  static constexpr size_t kWindowBytes = 64 << 10;

  // The part of the window from `offset` on.
  std::span<const std::byte> Held(uint64_t offset) const {
    return std::span<const std::byte>(window_).subspan(offset - window_begin_);
  }

  // Makes the window hold `count` bytes at `offset`, all of them inside the file.
  Status MoveWindow(uint64_t offset, size_t count) {
    if (offset >= window_begin_ && offset + count <= window_begin_ + window_.size()) return {};
    window_.resize(std::min<uint64_t>(kWindowBytes, size_ - offset));
    window_begin_ = offset;
    Status status = ReadFile(offset, window_);
    if (!status.ok()) window_.clear();
    return status;
  }

  Status ReadFile(uint64_t offset, std::span<std::byte> out) {
    while (!out.empty()) {
      const ssize_t count = pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return IoError("cannot read: " + std::string(std::strerror(errno)));
      if (count == 0) return IoError("the file became shorter while it was read");
      offset += static_cast<uint64_t>(count);
      out = out.subspan(static_cast<size_t>(count));
    }
    return {};
  }

  int descriptor_;
  uint64_t size_;
  std::vector<std::byte> window_;
  uint64_t window_begin_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> SourceFromMemory(std::span<const std::byte> bytes) {
  return std::make_unique<MemorySource>(bytes);
}

Result<std::unique_ptr<ByteSource>> SourceFromDescriptor(int descriptor, uint64_t max_bytes) {
  struct stat info;
  if (fstat(descriptor, &info) != 0) {
    const int error = errno;
    close(descriptor);
    return IoError("cannot inspect: " + std::string(std::strerror(error)));
  }
  auto source = std::make_unique<FileSource>(descriptor, static_cast<uint64_t>(info.st_size));
  if (S_ISDIR(info.st_mode)) return IoError("is a directory");
  if (!S_ISREG(info.st_mode)) return IoError("is not a regular file");
  if (source->size() > max_bytes) {
    return ResourceLimit("the file has " + std::to_string(source->size()) +
                         " bytes; the limit is " + std::to_string(max_bytes));
  }
  return std::unique_ptr<ByteSource>(std::move(source));
}

Result<std::unique_ptr<ByteSource>> OpenSource(const std::string& path, uint64_t max_bytes) {
  OCTET_ASSIGN_OR_RETURN(File file, File::Open(path, File::Kind::kRegular));
  return SourceFromDescriptor(file.Release(), max_bytes);
}

}  // namespace octet::frontend_onnx
