// An array between two pages that cannot be accessed, to prove that a kernel touches nothing
// outside its operands: one element too far is a crash.
#ifndef OCTET_TESTS_SUPPORT_GUARD_BUFFER_H_
#define OCTET_TESTS_SUPPORT_GUARD_BUFFER_H_

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace octet {

// Which side of the array touches its page's edge. The other side has up to a page of slack.
enum class GuardSide { kEnd, kStart };

// `count` elements, zero at first. With kEnd the array ends where the guard page starts, so its
// address is aligned to sizeof(T) only.
template <class T>
class GuardBuffer {
 public:
  explicit GuardBuffer(size_t count, GuardSide side = GuardSide::kEnd) : count_(count) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t bytes = count * sizeof(T);
    const size_t inner = (bytes + page - 1) / page * page;
    mapped_bytes_ = inner + 2 * page;
    base_ = mmap(nullptr, mapped_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base_ == MAP_FAILED) throw std::bad_alloc();
    char* first = static_cast<char*>(base_) + page;
    if (inner > 0 && mprotect(first, inner, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
    data_ = reinterpret_cast<T*>(side == GuardSide::kEnd ? first + inner - bytes : first);
  }
  explicit GuardBuffer(const std::vector<T>& values, GuardSide side = GuardSide::kEnd)
      : GuardBuffer(values.size(), side) {
    std::copy(values.begin(), values.end(), data_);
  }
  ~GuardBuffer() { munmap(base_, mapped_bytes_); }
  GuardBuffer(const GuardBuffer&) = delete;
  GuardBuffer& operator=(const GuardBuffer&) = delete;

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return count_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }

 private:
  size_t count_;
  size_t mapped_bytes_;
  void* base_;
  T* data_;
};

}  // namespace octet

#endif  // OCTET_TESTS_SUPPORT_GUARD_BUFFER_H_
