// int8 GEMM on AMX: tdpbusd multiplies 16 x 64 bytes of a by 64 x 16 bytes of b into 16 x 16 exact
// int32 sums, in 16 cycles, eight times as fast as vpdpbusd.
//
// Four tiles hold the sums of 32 rows x 32 columns, and two of a and two of b feed them, so a load
// brings one multiplication. That leaves everything else to overlap: the sums of a tile go to a
// buffer in the L1 cache, and the vector units turn them into floats a few rows at a time, between
// the multiplications of the next tile.
//
// Loop order: block of rows, panel of 32 columns, tile. A panel (24 KB at k = 768) stays in the L1
// cache while the rows of a block, in the L2 cache, stream past it.
#include <immintrin.h>

#include "kernels/generic/pack_u8s8-inl.h"
#include "kernels/kernel_table.h"
#include "kernels/x86/row_of_sums-inl.h"
#include "kernels_avx512/int32_row.h"
#include "kernels_avx512/parts.h"
#include "kernels_avx512/tiles.h"

namespace octet::kernels {
namespace {

using Registers = Int32Row<2>;
using Sums = RowOfSums<Registers>;
using Reg = Registers::Reg;

constexpr int64_t kRows = 2 * kTileRows;
constexpr int64_t kColumns = Sums::kColumns;
constexpr int64_t kStepQuads = kTileBytes / kGemmU8S8KGroup;
using Packed = PackedU8S8<kColumns, kStepQuads>;
constexpr int64_t kQuadRowBytes = kColumns * kGemmU8S8KGroup;
constexpr int64_t kStepBytes = kStepQuads * kQuadRowBytes;

// A tile's place in the output, and its sums.
struct Tile {
  const int32_t* column_sums;  // [kColumns]
  int64_t m;                   // the first row
  int64_t rows;
  int64_t n0;  // the first column
  alignas(64) int32_t sums[kRows][kColumns];
};

// Turns rows [begin, end) of a tile into floats of c; without rows, there may be no tile.
template <Activation kActivation>
inline void Finish(const GemmU8S8Args& args, const Tile* tile, int64_t begin, int64_t end) {
  if (begin >= end) return;
  // The product of a sum and a zero point as one vpmaddwd, since vpmulld is slow: the sum is
  // low + 128 * high, each half fits 16 bits, and so does 128 times a zero point.
  Reg halves[Sums::kRegs];
  OCTET_UNROLL
  for (int v = 0; v < Sums::kRegs; ++v) {
    const Reg sum = _mm512_load_si512(tile->column_sums + v * Registers::kRegLanes);
    const Reg low = _mm512_and_si512(sum, _mm512_set1_epi32(127));
    halves[v] = _mm512_or_si512(low, _mm512_slli_epi32(_mm512_srai_epi32(sum, 7), 16));
  }
  for (int64_t r = begin; r < end; ++r) {
    const int64_t i = tile->m + r;
    const int32_t zero_point = args.a_zero_point[i];
    const Reg factors = _mm512_set1_epi32(zero_point | zero_point << 23);
    Reg sums[Sums::kRegs];
    OCTET_UNROLL
    for (int v = 0; v < Sums::kRegs; ++v) {
      sums[v] = _mm512_sub_epi32(_mm512_load_si512(tile->sums[r] + v * Registers::kRegLanes),
                                 _mm512_madd_epi16(halves[v], factors));
    }
    if (Sums::IsGeneral(args, tile->n0)) {
      Sums::FinishGeneral(args, i, tile->n0, sums);
    } else {
      Sums::Finish<kActivation>(args, i, tile->n0, sums);
    }
  }
}

// Rows of a, a step of k after the other.
struct Operand {
  const uint8_t* rows;
  int64_t stride;
};

// The tile registers: 0 to 3 hold sums, [rows][columns]; 4 and 5 rows of a; 6 and 7 columns of b.
template <bool kBothRows>
inline void Step(const Operand& a, const int8_t* b) {
  StreamTile<4>(a.rows, a.stride);
  LoadTile<6>(b, kQuadRowBytes);
  MultiplyTiles<0, 4, 6>();
  LoadTile<7>(b + kTileBytes, kQuadRowBytes);
  MultiplyTiles<1, 4, 7>();
  if constexpr (kBothRows) {
    StreamTile<5>(a.rows + kTileRows * a.stride, a.stride);
    MultiplyTiles<2, 5, 6>();
    MultiplyTiles<3, 5, 7>();
  }
}

// What the steps of one panel of b fetch of the next one into the L2 cache, since it may come from
// memory: `lines` from `at` on in each step.
struct FetchAhead {
  const int8_t* at;
  int64_t lines;

  // For `tiles` tiles of `steps` steps. One tile waits for memory anyway, and the hardware follows
  // its stream best alone.
  static FetchAhead Plan(const int8_t* next, int64_t panel_bytes, int64_t tiles, int64_t steps) {
    if (tiles == 1 || steps == 0) return {next, 0};
    return {next, (panel_bytes / kCacheLine + tiles * steps - 1) / (tiles * steps)};
  }
  void Step() {
    for (int64_t line = 0; line < lines; ++line) {
      _mm_prefetch(reinterpret_cast<const char*>(at), _MM_HINT_T1);
      at += kCacheLine;
    }
  }
};

// Multiplies the rows of `tile`, and finishes `last` meanwhile.
template <Activation kActivation, bool kBothRows>
inline void Multiply(const GemmU8S8Args& args, const int8_t* panel, const Tile* last, Tile* tile,
                     FetchAhead* ahead) {
  ZeroTile<0>();
  ZeroTile<1>();
  if constexpr (kBothRows) {
    ZeroTile<2>();
    ZeroTile<3>();
  }
  Operand a = {args.a + tile->m * args.lda, args.lda};
  const int8_t* b = panel + Packed::kQuadOffset;
  const int64_t steps = args.k / kTileBytes;
  const int64_t last_rows = last == nullptr ? 0 : last->rows;
  const int64_t share = steps == 0 ? 0 : (last_rows + steps - 1) / steps;
  int64_t finished = 0;
  for (int64_t step = 0; step < steps; ++step) {
    Step<kBothRows>(a, b);
    a.rows += kTileBytes;
    b += kStepBytes;
    ahead->Step();
    const int64_t end = finished + share < last_rows ? finished + share : last_rows;
    Finish<kActivation>(args, last, finished, end);
    finished = end;
  }
  Finish<kActivation>(args, last, finished, last_rows);
  if (const int64_t left = Quads(args.k % kTileBytes) * kGemmU8S8KGroup; left > 0) {
    // The last bytes of k, with zeros up to a whole step: what follows them may not be readable.
    alignas(64) uint8_t ends[kRows][kTileBytes] = {};
    for (int64_t r = 0; r < tile->rows; ++r) {
      __builtin_memcpy(ends[r], a.rows + r * a.stride, static_cast<size_t>(left));
    }
    Step<kBothRows>({ends[0], kTileBytes}, b);
  }
  StoreTile<0>(tile->sums[0], sizeof(tile->sums[0]));
  StoreTile<1>(tile->sums[0] + kTileRows, sizeof(tile->sums[0]));
  if constexpr (kBothRows) {
    StoreTile<2>(tile->sums[kTileRows], sizeof(tile->sums[0]));
    StoreTile<3>(tile->sums[kTileRows] + kTileRows, sizeof(tile->sums[0]));
  }
}

// Shapes the tile registers for `rows` rows.
inline void ConfigureRows(int64_t rows) {
  const int64_t first = rows < kTileRows ? rows : kTileRows;
  TileConfig config;
  for (const int tile : {0, 1, 4}) config.SetRows(tile, first);
  for (const int tile : {2, 3, 5}) config.SetRows(tile, rows - first);
  for (const int tile : {6, 7}) config.SetRows(tile, kTileRows);
  ConfigureTiles(config);
}

// As many rows as fill a third of a 2 MB L2 cache; each block reads all of b.
inline int64_t RowsOfBlock(int64_t k) {
  constexpr int64_t kBytes = 768 << 10;
  const int64_t rows = k == 0 ? kBytes : kBytes / k;
  return rows < kRows ? kRows : rows / kRows * kRows;
}

template <Activation kActivation>
void RunWith(const GemmU8S8Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
  const int64_t panel_bytes = Packed::PanelBytes(args.k);
  const int64_t block_rows = RowsOfBlock(args.k);
  Tile tiles[2];
  Tile* tile = &tiles[0];
  Tile* last = nullptr;
  int64_t configured = 0;
  for (int64_t block = m0; block < m1; block += block_rows) {
    const int64_t block_end = m1 - block < block_rows ? m1 : block + block_rows;
    for (int64_t n = n0; n < n1; n += kColumns) {
      const int8_t* panel = static_cast<const int8_t*>(args.b) + n / kColumns * panel_bytes;
      auto ahead = FetchAhead::Plan(panel + panel_bytes, panel_bytes,
                                    (block_end - block + kRows - 1) / kRows, args.k / kTileBytes);
      for (int64_t m = block; m < block_end; m += kRows) {
        const int64_t rows = block_end - m < kRows ? block_end - m : kRows;
        if (rows != configured) ConfigureRows(rows);
        configured = rows;
        tile->column_sums = reinterpret_cast<const int32_t*>(panel);
        tile->m = m;
        tile->rows = rows;
        tile->n0 = n;
        if (rows > kTileRows) {
          Multiply<kActivation, true>(args, panel, last, tile, &ahead);
        } else {
          Multiply<kActivation, false>(args, panel, last, tile, &ahead);
        }
        last = tile;
        tile = tile == &tiles[0] ? &tiles[1] : &tiles[0];
      }
    }
  }
  if (last == nullptr) return;
  ReleaseTiles();
  Finish<kActivation>(args, last, 0, last->rows);
}

void Run(const GemmU8S8Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
  WithActivation(args.epilogue.activation,
                 [&]<Activation kActivation>() { RunWith<kActivation>(args, m0, m1, n0, n1); });
}

constexpr GemmU8S8 kGemm = {"gemm_u8s8_32x32_amx", kRows,        kColumns, 192,
                            Packed::Bytes,         Packed::Pack, Run};

}  // namespace

void InstallGemmU8S8Amx(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
