// An array between two pages that cannot be accessed, with one end at such a page. Tests give it to
// code that must not touch anything outside its arrays.
#ifndef OCTET_TESTS_SUPPORT_GUARD_BUFFER_H_
#define OCTET_TESTS_SUPPORT_GUARD_BUFFER_H_

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <vector>

namespace octet {

// The end of the array that is at an inaccessible page. There may be a gap at the other end.
enum class GuardSide { kEnd, kStart };

// `count` objects of a trivial T, all zero. With kEnd the start is aligned as far as
// count * sizeof(T) allows. Throws std::bad_alloc.
template <class T>
class GuardBuffer {
 public:
  explicit GuardBuffer(size_t count, GuardSide side = GuardSide::kEnd) : count_(count) {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t inside = (count * sizeof(T) + page - 1) / page * page;
    mapped_ = inside + 2 * page;
    base_ = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base_ == MAP_FAILED) throw std::bad_alloc();
    char* first = static_cast<char*>(base_) + page;
    if (inside > 0 && mprotect(first, inside, PROT_READ | PROT_WRITE) != 0) {
      munmap(base_, mapped_);
      throw std::bad_alloc();
    }
    data_ =
        reinterpret_cast<T*>(side == GuardSide::kEnd ? first + inside - count * sizeof(T) : first);
  }
  explicit GuardBuffer(const std::vector<T>& values, GuardSide side = GuardSide::kEnd)
      : GuardBuffer(values.size(), side) {
    std::copy(values.begin(), values.end(), data_);
  }
  ~GuardBuffer() { munmap(base_, mapped_); }
  GuardBuffer(const GuardBuffer&) = delete;
  GuardBuffer& operator=(const GuardBuffer&) = delete;

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return count_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + count_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + count_; }

 private:
  void* base_ = nullptr;
  size_t mapped_ = 0;
  T* data_ = nullptr;
  size_t count_ = 0;
};

}  // namespace octet

#endif  // OCTET_TESTS_SUPPORT_GUARD_BUFFER_H_
