// The tile registers of AMX (Intel SDM vol. 1, chapter 18): eight matrices of up to 16 rows of 64
// bytes, and their instructions, written in assembly: GCC 12's intrinsics for loads do not tell the
// compiler that they read memory.
//
// A tile keeps its shape from ConfigureTiles to ReleaseTiles. Whoever configures tiles must release
// them: until then each change of threads saves and restores 8 KB.
#ifndef OCTET_KERNELS_AVX512_TILES_H_
#define OCTET_KERNELS_AVX512_TILES_H_

#include <cstdint>

namespace octet::kernels {
namespace {

inline constexpr int64_t kTileRows = 16;
inline constexpr int64_t kTileBytes = 64;  // of a row

// The operand of ldtilecfg.
struct alignas(64) TileConfig {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};

  void SetRows(int tile, int64_t count) {
    row_bytes[tile] = count == 0 ? 0 : kTileBytes;
    rows[tile] = static_cast<uint8_t>(count);
  }
};
static_assert(sizeof(TileConfig) == 64);

// Sets all tiles to zero, too.
inline void ConfigureTiles(const TileConfig& config) {
  __asm__ volatile("ldtilecfg %0" ::"m"(config));
}
inline void ReleaseTiles() { __asm__ volatile("tilerelease"); }

template <int kTile>
inline void ZeroTile() {
  __asm__ volatile("tilezero %%tmm%c0" ::"i"(kTile));
}

// Row i of the tile is at p + i * stride, strides in bytes.
template <int kTile>
inline void LoadTile(const void* p, int64_t stride) {
  __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(p), "r"(stride), "i"(kTile) : "memory");
}
// The same for data that shall not displace what is in the L1 cache.
template <int kTile>
inline void StreamTile(const void* p, int64_t stride) {
  __asm__ volatile("tileloaddt1 (%0,%1,1), %%tmm%c2" ::"r"(p), "r"(stride), "i"(kTile) : "memory");
}
template <int kTile>
inline void StoreTile(void* p, int64_t stride) {
  __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(p), "r"(stride), "i"(kTile) : "memory");
}

// sums[i][j] += the products of the bytes of row i of a, unsigned, and the quads of column j of b,
// signed: 16 x 16 x 64 exact multiply-adds.
template <int kSums, int kA, int kB>
inline void MultiplyTiles() {
  __asm__ volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kSums), "i"(kA), "i"(kB));
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_AVX512_TILES_H_
