#include "runtime/row_blocks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace octet::runtime {
namespace {

std::vector<int64_t> BlocksOf(const RowBlocks& blocks, int worker) {
  std::vector<int64_t> rows;
  blocks.ForEach(worker, [&](int64_t, int64_t count) { rows.push_back(count); });
  return rows;
}

TEST_CASE("blocks are whole tiles, and as equal as whole tiles allow") {
  using Rows = std::vector<int64_t>;
  CHECK(BlocksOf({1024, 8, 1, 64}, 0) == Rows(16, 64));
  CHECK(BlocksOf({1024, 8, 1, 48}, 0) ==
        Rows{56, 56, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48});
  CHECK(BlocksOf({100, 6, 1, 64}, 0) == Rows{54, 46});
  CHECK(BlocksOf({100, 6, 2, 64}, 1) == Rows{46});
  CHECK(BlocksOf({85, 8, 1, 64}, 0) == Rows{85});
  CHECK(BlocksOf({95, 8, 1, 64}, 0) == Rows{48, 47});
  CHECK(BlocksOf({5, 6, 1, 64}, 0) == Rows{5});
  CHECK(BlocksOf({5, 6, 2, 64}, 1).empty());
}

TEST_CASE("every row is in one block, and the largest block has max_rows") {
  for (const int64_t rows : {1, 5, 6, 7, 48, 63, 64, 65, 421, 1024}) {
    for (const int64_t tile : {1, 6, 8}) {
      for (const int workers : {1, 2, 3, 7}) {
        for (const int64_t wanted : {1, 6, 7, 64, 5000}) {
          CAPTURE(rows);
          CAPTURE(tile);
          CAPTURE(workers);
          CAPTURE(wanted);
          const RowBlocks blocks(rows, tile, workers, wanted);
          int64_t next = 0;
          int64_t largest = 0;
          for (int worker = 0; worker < workers; ++worker) {
            blocks.ForEach(worker, [&](int64_t first, int64_t count) {
              CHECK(first == next);
              CHECK(first % tile == 0);
              next = first + count;
              largest = std::max(largest, count);
            });
          }
          CHECK(next == rows);
          CHECK(largest == blocks.max_rows());
        }
      }
    }
  }
}

}  // namespace
}  // namespace octet::runtime
