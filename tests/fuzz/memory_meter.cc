#include "tests/fuzz/memory_meter.h"

#include <malloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OCTET_SANITIZER_HOOKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OCTET_SANITIZER_HOOKS 1
#endif
#endif

namespace octet::fuzz {
namespace {

std::atomic<int64_t> in_use = 0;
std::atomic<int64_t> most_in_use = 0;

void Take(size_t bytes) {
  const int64_t now = in_use += static_cast<int64_t>(bytes);
  int64_t most = most_in_use.load();
  while (now > most && !most_in_use.compare_exchange_weak(most, now)) {
  }
}

void GiveBack(size_t bytes) { in_use -= static_cast<int64_t>(bytes); }

}  // namespace

MemoryMeter::MemoryMeter() : start_(in_use) { most_in_use = start_; }

int64_t MemoryMeter::peak() const { return most_in_use - start_; }

}  // namespace octet::fuzz

// Pages. The linker lets calls of mmap in octet come here (--wrap in CMakeLists.txt): a large
// tensor has pages of its own.
extern "C" {
void* __real_mmap(void* address, size_t bytes, int protection, int flags, int file, off_t offset);
int __real_munmap(void* address, size_t bytes);
void* __wrap_mmap(void* address, size_t bytes, int protection, int flags, int file, off_t offset);
int __wrap_munmap(void* address, size_t bytes);
}

void* __wrap_mmap(void* address, size_t bytes, int protection, int flags, int file, off_t offset) {
  void* pages = __real_mmap(address, bytes, protection, flags, file, offset);
  if (pages != MAP_FAILED) octet::fuzz::Take(bytes);
  return pages;
}

int __wrap_munmap(void* address, size_t bytes) {
  octet::fuzz::GiveBack(bytes);
  return __real_munmap(address, bytes);
}

#if defined(OCTET_SANITIZER_HOOKS)

// sanitizer/allocator_interface.h, which the compilers do not both have in their search path.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void*,
                                                                             size_t),
                                                         void (*free_hook)(const volatile void*));
extern "C" size_t __sanitizer_get_allocated_size(const volatile void* p);

namespace {

[[maybe_unused]] const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void* p, size_t bytes) {
      if (p != nullptr) octet::fuzz::Take(bytes);
    },
    [](const volatile void* p) {
      if (p != nullptr) octet::fuzz::GiveBack(__sanitizer_get_allocated_size(p));
    });

}  // namespace

#else

namespace {

void* AllocateOrNull(size_t bytes, size_t alignment) noexcept {
  void* p = nullptr;
  if (posix_memalign(&p, alignment, bytes) != 0) return nullptr;
  octet::fuzz::Take(malloc_usable_size(p));
  return p;
}

void* Allocate(size_t bytes, size_t alignment) {
  void* p = AllocateOrNull(bytes, alignment);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

void Free(void* p) noexcept {
  if (p != nullptr) octet::fuzz::GiveBack(malloc_usable_size(p));
  std::free(p);
}

}  // namespace

void* operator new(size_t bytes) { return Allocate(bytes, alignof(std::max_align_t)); }
void* operator new[](size_t bytes) { return Allocate(bytes, alignof(std::max_align_t)); }
void* operator new(size_t bytes, std::align_val_t alignment) {
  return Allocate(bytes, static_cast<size_t>(alignment));
}
void* operator new[](size_t bytes, std::align_val_t alignment) {
  return Allocate(bytes, static_cast<size_t>(alignment));
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  return AllocateOrNull(bytes, alignof(std::max_align_t));
}
void operator delete(void* p) noexcept { Free(p); }
void operator delete[](void* p) noexcept { Free(p); }
void operator delete(void* p, size_t) noexcept { Free(p); }
void operator delete[](void* p, size_t) noexcept { Free(p); }
void operator delete(void* p, std::align_val_t) noexcept { Free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { Free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { Free(p); }
void operator delete[](void* p, size_t, std::align_val_t) noexcept { Free(p); }

#endif
