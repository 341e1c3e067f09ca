// Running a shape again allocates no memory. This program counts every allocation of its own.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/kernels/isa_tables.h"
#include "tests/runtime/models.h"

namespace {

std::atomic<int64_t> allocations = 0;

void* Allocate(size_t bytes, size_t alignment) {
  ++allocations;
  void* p = nullptr;
  if (posix_memalign(&p, alignment, bytes) != 0) throw std::bad_alloc();
  return p;
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
// std::stable_sort asks for its buffer this way.
void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(bytes);
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t, std::align_val_t) noexcept { std::free(p); }

namespace octet::runtime {
namespace {

// One thread takes all of these through its strips by blocks of rows, two the longest alone.
TEST_CASE("shapes that were seen before run without allocating") {
  for (const int threads : {1, 2}) {
    const auto program =
        CompileText(PackedEncoder(), kernels::IsaTables().back().table, {.block_rows = 16});
    Session session(program, Pool(threads));
    std::vector<Tensors> inputs;
    std::vector<std::vector<ir::TensorView>> views;
    for (const auto& lengths : {std::vector<int64_t>{5, 3}, {20, 1, 7}, {1}, {50, 41}}) {
      inputs.push_back(EncoderInputs(lengths, 1));
      views.push_back(Views(inputs.back()));
      REQUIRE(session.Run(views.back()).ok());
    }
    const std::vector<NamedTensor> named = {{"attention_mask", views[0][1]},
                                            {"input_ids", views[0][0]}};
    const int64_t arena = session.arena_bytes();
    const int64_t before = allocations;
    bool ok = true;
    for (int i = 0; i < 10; ++i) {
      for (const auto& each : views) ok &= session.Run(each).ok();
      ok &= session.RunNamed(named).ok();
    }
    const int64_t after = allocations;
    CHECK(ok);
    CHECK(after == before);
    CHECK(session.arena_bytes() == arena);
  }
}

TEST_CASE("the counter counts") {
  const int64_t before = allocations;
  const auto program = CompileText(PackedEncoder(), ReferenceKernels());
  CHECK(allocations > before);
}

}  // namespace
}  // namespace octet::runtime
