#include "tests/kernels/emulated_tiles.h"

#if defined(__x86_64__)

#include <cstring>

namespace octet::testing {

bool EmulatedTiles::Configure(const uint8_t* config) {
  if (std::memcmp(config, config_, sizeof config_) == 0) return true;
  if (config[0] != 1 || config[1] != 0) return false;
  for (int t = 0; t < kTiles; ++t) {
    uint16_t row_bytes;
    std::memcpy(&row_bytes, config + 16 + 2 * t, sizeof row_bytes);
    const int rows = config[48 + t];
    if (rows > kRows || row_bytes > kRowBytes || (rows == 0) != (row_bytes == 0)) return false;
    tiles_[t] = Tile{rows, row_bytes};
  }
  std::memcpy(config_, config, sizeof config_);
  return true;
}

bool EmulatedTiles::Load(const VexInstruction& instruction) {
  if (!Has(instruction.reg)) return false;
  Tile& tile = tiles_[instruction.reg];
  std::memset(tile.data, 0, sizeof tile.data);
  for (int i = 0; i < tile.rows; ++i) {
    const uint64_t address = instruction.base + static_cast<uint64_t>(i) * instruction.index;
    std::memcpy(tile.data[i], reinterpret_cast<const void*>(address),
                static_cast<size_t>(tile.row_bytes));
  }
  return true;
}

bool EmulatedTiles::Store(const VexInstruction& instruction) const {
  if (!Has(instruction.reg)) return false;
  const Tile& tile = tiles_[instruction.reg];
  for (int i = 0; i < tile.rows; ++i) {
    const uint64_t address = instruction.base + static_cast<uint64_t>(i) * instruction.index;
    std::memcpy(reinterpret_cast<void*>(address), tile.data[i],
                static_cast<size_t>(tile.row_bytes));
  }
  return true;
}

bool EmulatedTiles::Multiply(const VexInstruction& instruction) {
  if (!Has(instruction.reg) || !Has(instruction.rm) || !Has(instruction.source)) return false;
  Tile& sums = tiles_[instruction.reg];
  const Tile& a = tiles_[instruction.rm];
  const Tile& b = tiles_[instruction.source];
  if (a.rows != sums.rows || a.row_bytes != 4 * b.rows || b.row_bytes != sums.row_bytes) {
    return false;
  }
  for (int i = 0; i < sums.rows; ++i) {
    for (int j = 0; j < sums.row_bytes; j += 4) {
      uint32_t sum;
      std::memcpy(&sum, sums.data[i] + j, sizeof sum);
      for (int p = 0; p < a.row_bytes; ++p) {
        const auto weight = static_cast<int8_t>(b.data[p / 4][j + p % 4]);
        sum += static_cast<uint32_t>(a.data[i][p] * weight);
      }
      std::memcpy(sums.data[i] + j, &sum, sizeof sum);
    }
  }
  return true;
}

bool EmulatedTiles::Execute(const VexInstruction& instruction) {
  if (instruction.is_256) return false;
  const bool in_memory = instruction.rm < 0;
  switch (instruction.opcode) {
    case 0x49:
      if (instruction.prefix == 0 && in_memory) {  // ldtilecfg
        std::memset(config_, 0, sizeof config_);
        return Configure(reinterpret_cast<const uint8_t*>(instruction.base + instruction.index));
      }
      if (instruction.prefix == 0 && instruction.reg == 0) {  // tilerelease
        for (Tile& tile : tiles_) tile = Tile();
        std::memset(config_, 0, sizeof config_);
        return true;
      }
      if (instruction.prefix != 3 || in_memory || !Has(instruction.reg)) return false;
      std::memset(tiles_[instruction.reg].data, 0, sizeof tiles_[0].data);  // tilezero
      return true;
    case 0x4B:
      if (!in_memory) return false;
      if (instruction.prefix == 2) return Store(instruction);  // tilestored
      return instruction.prefix != 0 && Load(instruction);     // tileloadd, tileloaddt1
    case 0x5E:
      return instruction.prefix == 1 && !in_memory && Multiply(instruction);  // tdpbusd
    default:
      return false;
  }
}

}  // namespace octet::testing

#endif  // defined(__x86_64__)
