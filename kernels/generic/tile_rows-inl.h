// How a range of rows is cut into tiles. Included by instruction-set folders only.
#ifndef OCTET_KERNELS_GENERIC_TILE_ROWS_INL_H_
#define OCTET_KERNELS_GENERIC_TILE_ROWS_INL_H_

#include <cstdint>

namespace octet::kernels {
namespace {

// Rows of the next tile when `left` > 0 rows remain. The last two tiles share their rows evenly: a
// tile of few rows waits for b, so 4 + 4 rows are faster than 6 + 2.
inline int64_t TileRows(int64_t left, int64_t tile_rows) {
  if (left >= 2 * tile_rows || left == tile_rows) return tile_rows;
  return left > tile_rows ? (left + 1) / 2 : left;
}

// Calls tile(r, height) for the tiles of `rows` rows.
template <class Tile>
void ForEachTile(int64_t rows, int64_t tile_rows, const Tile& tile) {
  for (int64_t r = 0; r < rows;) {
    const int64_t height = TileRows(rows - r, tile_rows);
    tile(r, height);
    r += height;
  }
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_TILE_ROWS_INL_H_
