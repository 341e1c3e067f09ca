// The rows of a strip, shared out among workers and each share cut into blocks: in whole tiles (the
// last one may lack rows), and otherwise as equal as can be.
#ifndef OCTET_RUNTIME_ROW_BLOCKS_H_
#define OCTET_RUNTIME_ROW_BLOCKS_H_

#include <algorithm>
#include <cstdint>

#include "runtime/thread_pool.h"

namespace octet::runtime {

class RowBlocks {
 public:
  RowBlocks() = default;
  // Blocks of about `wanted` >= 1 rows, at least one tile each.
  RowBlocks(int64_t rows, int64_t tile, int workers, int64_t wanted)
      : rows_(rows), tile_(tile), workers_(workers) {
    const int64_t wanted_tiles = std::max<int64_t>(1, (wanted + tile / 2) / tile);
    blocks_ = std::max<int64_t>(1, (WorkerTiles() + wanted_tiles / 2) / wanted_tiles);
  }

  // Of the largest block.
  int64_t max_rows() const {
    return std::min((WorkerTiles() + blocks_ - 1) / blocks_ * tile_, rows_);
  }

  // Calls fn(first row, rows) for each block of a worker, which may have none.
  template <typename Fn>
  void ForEach(int worker, const Fn& fn) const {
    const int64_t first = ThreadPool::RangeBegin(Tiles(), workers_, worker);
    const int64_t tiles = ThreadPool::RangeBegin(Tiles(), workers_, worker + 1) - first;
    const auto begin = [&](int64_t block) {
      return std::min((first + ThreadPool::RangeBegin(tiles, blocks_, block)) * tile_, rows_);
    };
    for (int64_t block = 0; block < blocks_; ++block) {
      const int64_t rows = begin(block + 1) - begin(block);
      if (rows > 0) fn(begin(block), rows);
    }
  }

 private:
  int64_t Tiles() const { return (rows_ + tile_ - 1) / tile_; }
  // Of the worker that has most.
  int64_t WorkerTiles() const { return (Tiles() + workers_ - 1) / workers_; }

  int64_t rows_ = 0;
  int64_t tile_ = 1;
  int workers_ = 1;
  int64_t blocks_ = 1;  // of each worker
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_ROW_BLOCKS_H_
