#include "runtime/slab_allocator.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace octet::runtime {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;

std::shared_ptr<std::byte> Allocate(SlabAllocator* slabs, int64_t bytes) {
  auto piece = slabs->Allocate(bytes);
  REQUIRE(piece.ok());
  return *std::move(piece);
}

TEST_CASE("pieces are aligned and disjoint, whatever their sizes") {
  SlabAllocator slabs;
  // One size fills a slab of 16 MiB, one is larger than a slab, and some are 0.
  const std::vector<int64_t> sizes = {
      1,  63, 64, 65, 0, 5 * kMiB, 16 * kMiB, 0, 1, 17 * kMiB + 1, 0, 1, 12 * kMiB, 4 * kMiB - 128,
      64, 64, 64};
  std::vector<std::shared_ptr<std::byte>> pieces;
  for (size_t i = 0; i < sizes.size(); ++i) {
    pieces.push_back(Allocate(&slabs, sizes[i]));
    CHECK(reinterpret_cast<uintptr_t>(pieces[i].get()) % 64 == 0);
    if (sizes[i] > 0) {
      std::memset(pieces[i].get(), static_cast<int>(i), static_cast<size_t>(sizes[i]));
    }
  }
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0) continue;
    CHECK(pieces[i].get()[0] == static_cast<std::byte>(i));
    CHECK(pieces[i].get()[sizes[i] - 1] == static_cast<std::byte>(i));
  }
}

TEST_CASE("small pieces share a slab, and each piece keeps it alive") {
  std::shared_ptr<std::byte> second;
  {
    SlabAllocator slabs;
    const auto first = Allocate(&slabs, 100);
    second = Allocate(&slabs, 100);
    CHECK(second.get() - first.get() == 128);
  }
  std::memset(second.get(), 1, 100);
  CHECK(second.get()[99] == std::byte{1});
}

TEST_CASE("a piece larger than the memory is OutOfMemory") {
  SlabAllocator slabs;
  for (const int64_t bytes : {int64_t{1} << 60, std::numeric_limits<int64_t>::max()}) {
    CHECK(slabs.Allocate(bytes).status().code() == StatusCode::kOutOfMemory);
  }
  CHECK(slabs.Allocate(1).ok());
}

}  // namespace
}  // namespace octet::runtime
