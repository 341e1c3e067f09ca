// The tile registers of AMX, in memory.
#ifndef OCTET_TESTS_KERNELS_EMULATED_TILES_H_
#define OCTET_TESTS_KERNELS_EMULATED_TILES_H_

#include <cstdint>

#include "tests/kernels/vex_instruction.h"

namespace octet::testing {

// For one thread.
class EmulatedTiles {
 public:
  // Executes an instruction of AMX-TILE or AMX-INT8 (Intel SDM vol. 1, chapter 18). Returns false
  // for all others, and where a CPU would fault: for a tile that is not configured, or shapes that
  // do not fit.
  bool Execute(const VexInstruction& instruction);

  // Sets the shapes of the tiles, and all tiles to zero if any changed. `config` is the operand of
  // ldtilecfg. For CPUs with AMX: Linux keeps a process that has not asked for it from the tiles,
  // but not from ldtilecfg.
  bool Configure(const uint8_t* config);

 private:
  static constexpr int kTiles = 8;
  static constexpr int kRows = 16;
  static constexpr int kRowBytes = 64;

  struct Tile {
    int rows = 0;  // 0: not configured
    int row_bytes = 0;
    uint8_t data[kRows][kRowBytes] = {};
  };

  bool Has(int tile) const { return tile >= 0 && tile < kTiles && tiles_[tile].rows > 0; }
  bool Load(const VexInstruction& instruction);
  bool Store(const VexInstruction& instruction) const;
  bool Multiply(const VexInstruction& instruction);

  uint8_t config_[64] = {};
  Tile tiles_[kTiles];
};

}  // namespace octet::testing

#endif  // OCTET_TESTS_KERNELS_EMULATED_TILES_H_
