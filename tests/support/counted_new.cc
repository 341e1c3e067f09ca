#include "tests/support/counted_new.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace octet::testing {

std::atomic<int64_t> allocations = 0;
std::atomic<int64_t> failing_allocation = kNoAllocation;
std::atomic<bool> all_from_there_on = false;

namespace {

void* AllocateOrNull(size_t bytes, size_t alignment) noexcept {
  const int64_t number = ++allocations;
  if (all_from_there_on ? number >= failing_allocation : number == failing_allocation) {
    return nullptr;
  }
  void* p = nullptr;
  return posix_memalign(&p, alignment, bytes) == 0 ? p : nullptr;
}

void* Allocate(size_t bytes, size_t alignment) {
  void* p = AllocateOrNull(bytes, alignment);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

}  // namespace
}  // namespace octet::testing

void* operator new(size_t bytes) {
  return octet::testing::Allocate(bytes, alignof(std::max_align_t));
}
void* operator new[](size_t bytes) {
  return octet::testing::Allocate(bytes, alignof(std::max_align_t));
}
void* operator new(size_t bytes, std::align_val_t alignment) {
  return octet::testing::Allocate(bytes, static_cast<size_t>(alignment));
}
void* operator new[](size_t bytes, std::align_val_t alignment) {
  return octet::testing::Allocate(bytes, static_cast<size_t>(alignment));
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  return octet::testing::AllocateOrNull(bytes, alignof(std::max_align_t));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t, std::align_val_t) noexcept { std::free(p); }
