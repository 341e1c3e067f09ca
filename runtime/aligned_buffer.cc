#include "runtime/aligned_buffer.h"

#include <sys/mman.h>

#include <limits>
#include <string>

namespace octet::runtime {
namespace {

constexpr int64_t kCacheLine = 64;
constexpr int64_t kHugePage = int64_t{2} << 20;

}  // namespace

Result<AlignedBuffer> AlignedBuffer::Allocate(int64_t bytes) {
  AlignedBuffer buffer;
  if (bytes == 0) return buffer;
  const int64_t alignment = bytes > kHugePage ? kHugePage : kCacheLine;
  void* data = nullptr;
  if (bytes < 0 || bytes > std::numeric_limits<int64_t>::max() - alignment ||
      posix_memalign(&data, static_cast<size_t>(alignment), static_cast<size_t>(bytes)) != 0) {
    return OutOfMemory("no memory for " + std::to_string(bytes) + " bytes");
  }
  // Only advice: nothing is lost when the system has no huge pages.
  if (alignment == kHugePage) madvise(data, static_cast<size_t>(bytes), MADV_HUGEPAGE);
  buffer.data_.reset(static_cast<std::byte*>(data));
  buffer.size_ = bytes;
  return buffer;
}

}  // namespace octet::runtime
