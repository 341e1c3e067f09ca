#include "runtime/steps/broadcast.h"

namespace octet::runtime {

Broadcast::Broadcast(std::span<const int64_t> from, std::span<const int64_t> to)
    : rank_(to.size()) {
  const size_t missing = to.size() - from.size();
  int64_t stride = 1;
  for (size_t axis = rank_; axis-- > 0;) {
    dims_[axis] = to[axis];
    const int64_t size = axis < missing ? 1 : from[axis - missing];
    strides_[axis] = size == 1 ? 0 : stride;
    stride *= size;
  }
}

int64_t Broadcast::Offset(int64_t index) const {
  int64_t offset = 0;
  for (size_t axis = rank_; axis-- > 0;) {
    offset += index % dims_[axis] * strides_[axis];
    index /= dims_[axis];
  }
  return offset;
}

}  // namespace octet::runtime
