// Uninitialized memory, aligned for the kernels.
#ifndef OCTET_RUNTIME_ALIGNED_BUFFER_H_
#define OCTET_RUNTIME_ALIGNED_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/status.h"

namespace octet::runtime {

// Owns its bytes. Movable; thread-compatible.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  // 64-byte aligned, or aligned to 2 MiB and advised to huge pages when it is larger than that: a
  // pass over packed weights touches each page once, and 4 KiB pages would miss the TLB for it.
  // OutOfMemory when there is none.
  static Result<AlignedBuffer> Allocate(int64_t bytes);

  std::byte* data() const { return data_.get(); }
  int64_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::byte* p) const { std::free(p); }
  };
  std::unique_ptr<std::byte, Free> data_;
  int64_t size_ = 0;
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_ALIGNED_BUFFER_H_
