#include "runtime/slab_allocator.h"

#include <algorithm>

#include "runtime/memory_plan.h"

namespace octet::runtime {
namespace {

// Eight huge pages. What is never written takes no memory, but for the rest of a last page.
constexpr int64_t kSlabBytes = int64_t{16} << 20;

}  // namespace

Result<std::shared_ptr<std::byte>> SlabAllocator::Allocate(int64_t bytes) {
  if (slab_ == nullptr || bytes > slab_->size() - used_) {
    OCTET_ASSIGN_OR_RETURN(AlignedBuffer slab,
                           AlignedBuffer::Allocate(std::max(bytes, kSlabBytes)));
    slab_ = std::make_shared<AlignedBuffer>(std::move(slab));
    used_ = 0;
  }
  std::shared_ptr<std::byte> piece(slab_, slab_->data() + used_);
  // Past the end when the piece fills the slab: the next one does not fit then either.
  used_ += AlignedBytes(bytes);
  return piece;
}

}  // namespace octet::runtime
