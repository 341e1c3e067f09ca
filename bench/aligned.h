// A std::vector that begins on a cache line, as the runtime's buffers do. Otherwise, every 64-byte
// vector of AVX-512 would lie on two cache lines.
#ifndef OCTET_BENCH_ALIGNED_H_
#define OCTET_BENCH_ALIGNED_H_

#include <cstddef>
#include <new>
#include <vector>

namespace octet::bench {

template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t kCacheLine{64};

  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>&) {}

  T* allocate(size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), kCacheLine));
  }
  void deallocate(T* p, size_t) { ::operator delete(p, kCacheLine); }

  friend bool operator==(AlignedAllocator, AlignedAllocator) { return true; }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace octet::bench

#endif  // OCTET_BENCH_ALIGNED_H_
