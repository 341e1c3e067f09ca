// Reading a tensor as if it had been broadcast to a larger shape.
#ifndef OCTET_RUNTIME_STEPS_BROADCAST_H_
#define OCTET_RUNTIME_STEPS_BROADCAST_H_

#include <array>
#include <cstdint>
#include <span>

namespace octet::runtime {

// The most axes of the steps that broadcast; makers reject more (Unsupported).
inline constexpr int64_t kMaxBroadcastRank = 8;

// Strides, in elements, of a dense tensor along the axes of the shape it broadcasts to (numpy's
// rule); 0 along axes that it repeats.
class Broadcast {
 public:
  // `from` broadcasts to `to`; to.size() <= kMaxBroadcastRank.
  Broadcast(std::span<const int64_t> from, std::span<const int64_t> to);

  int64_t stride(int axis) const { return strides_[static_cast<size_t>(axis)]; }
  // Where element `index`, counted in row-major order of the broadcast shape, is read.
  int64_t Offset(int64_t index) const;

 private:
  size_t rank_;
  std::array<int64_t, kMaxBroadcastRank> dims_;
  std::array<int64_t, kMaxBroadcastRank> strides_;
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_BROADCAST_H_
