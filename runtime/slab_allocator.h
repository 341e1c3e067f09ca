// Memory for packed weights, many matrices to a huge page.
#ifndef OCTET_RUNTIME_SLAB_ALLOCATOR_H_
#define OCTET_RUNTIME_SLAB_ALLOCATOR_H_

#include <cstdint>
#include <memory>

#include "runtime/aligned_buffer.h"

namespace octet::runtime {

// Cuts slabs into pieces: a matrix smaller than a huge page gets part of one all the same, and few
// rows of activations, which take from the TLB as much as from the weights, run up to 3 % faster.
// Not thread-safe; the pieces are.
class SlabAllocator {
 public:
  // 64-byte aligned and uninitialized. The slab lives as long as any piece of it. OutOfMemory.
  Result<std::shared_ptr<std::byte>> Allocate(int64_t bytes);

 private:
  std::shared_ptr<AlignedBuffer> slab_;
  int64_t used_ = 0;  // of slab_
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_SLAB_ALLOCATOR_H_
