#include "kernels_avx512/parts.h"
#include "kernels_avx512/tiles.h"

namespace octet::kernels {
namespace {

// The peak of tdpbusd on registers: six independent chains.
double PeakU8S8(int64_t iterations) {
  TileConfig config;
  for (int tile = 0; tile < 8; ++tile) config.SetRows(tile, kTileRows);
  ConfigureTiles(config);
  for (int64_t i = 0; i < iterations; ++i) {
    MultiplyTiles<0, 6, 7>();
    MultiplyTiles<1, 6, 7>();
    MultiplyTiles<2, 6, 7>();
    MultiplyTiles<3, 6, 7>();
    MultiplyTiles<4, 6, 7>();
    MultiplyTiles<5, 6, 7>();
  }
  ReleaseTiles();
  return static_cast<double>(6 * kTileRows * 16 * kTileBytes * iterations);
}

}  // namespace

void InstallPeakAmx(KernelTable* table) { table->peak_u8s8 = PeakU8S8; }

}  // namespace octet::kernels
