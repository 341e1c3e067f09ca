// The int8 GEMM for CPUs with a four-way dot product of bytes, vpdpbusd, which adds four u8 x s8
// products to an int32 lane, exactly. A type Dot supplies the registers and instructions:
//   what RowOfSums needs      (row_of_sums-inl.h)
//   kRows                     of the tile; its columns are those of RowOfSums
//   Load(p)                   a register from aligned memory
//   Broadcast4(p)             the four bytes at p in every lane
//   MultiplyAdd(acc, a, b)    vpdpbusd
//
// a needs no packing: a group is 4 consecutive bytes of its row. The epilogue turns the
// accumulators into floats without a trip through memory.
//
// Loop order: block of rows, panel, tile. A block of a (96 rows, at most 288 KB at k = 3072) and
// two panels of b stay in the L2 cache together. A panel is read from further away only once a
// block, while the one before it is multiplied.
//
// Included by instruction-set folders only.
#ifndef OCTET_KERNELS_X86_GEMM_DOT_INL_H_
#define OCTET_KERNELS_X86_GEMM_DOT_INL_H_

#include <immintrin.h>

#include <utility>

#include "kernels/generic/pack_u8s8-inl.h"
#include "kernels/generic/tile_rows-inl.h"
#include "kernels/kernel_table.h"
#include "kernels/x86/row_of_sums-inl.h"

namespace octet::kernels {
namespace {

// How the tiles of one panel of b fetch the next one into the L2 cache: it may come from memory.
struct FetchAhead {
  int64_t lines;     // at each k step, 1 or as many as a step of b has
  int64_t step;      // bytes from one k step to the next
  int64_t per_tile;  // bytes from where one tile begins to fetch to where the next one does

  // For `tiles` tiles of `groups` k steps, each of which reads `step_lines` lines of b.
  static FetchAhead Plan(int64_t panel_bytes, int64_t tiles, int64_t groups, int64_t step_lines) {
    const int64_t steps = tiles * groups;
    // One tile waits for memory anyway, and the hardware follows its stream best alone: fetching
    // made 1 to 4 rows 17 to 40 % slower. Asking for one line again and again costs nothing.
    if (tiles == 1 || groups == 0) return {1, 0, 0};
    // Spread over all k steps, fetching does not slow them: 2 % faster than without it at 128 rows.
    if (panel_bytes <= steps * kCacheLine) {
      const int64_t step = (panel_bytes + steps - 1) / steps;
      return {1, step, step * groups};
    }
    // The first tile fetches all but the last lines, as fast as it reads its own. What the others
    // ask for is there already. 4 to 15 % faster at 8 to 24 rows.
    return {step_lines, step_lines * kCacheLine, 0};
  }
};

template <class Dot>
class GemmDot {
 public:
  static constexpr int64_t kColumns = Dot::kRegs * Dot::kRegLanes;
  using Packed = PackedU8S8<kColumns>;

  static void Run(const GemmU8S8Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
    const int64_t panel_bytes = Packed::PanelBytes(args.k);
    for (int64_t block = m0; block < m1; block += kRowBlock) {
      const int64_t block_end = m1 - block < kRowBlock ? m1 : block + kRowBlock;
      const int64_t block_tiles = (block_end - block + Dot::kRows - 1) / Dot::kRows;
      const auto fetch = FetchAhead::Plan(panel_bytes, block_tiles, Quads(args.k), kStepLines);
      using Heights = std::make_index_sequence<Dot::kRows>;
      const TileFn* tiles = fetch.lines == 1 ? Tiles<1>(Heights()) : Tiles<kStepLines>(Heights());
      for (int64_t n = n0; n < n1; n += kColumns) {
        const int8_t* panel = static_cast<const int8_t*>(args.b) + n / kColumns * panel_bytes;
        const int8_t* ahead = panel + panel_bytes;
        ForEachTile(block_end - block, Dot::kRows, [&](int64_t r, int64_t rows) {
          tiles[rows - 1](args, block + r, n, panel, ahead, fetch.step);
          ahead += fetch.per_tile;
        });
      }
    }
  }

 private:
  using Reg = typename Dot::Reg;
  using Sums = RowOfSums<Dot>;
  using TileFn = void (*)(const GemmU8S8Args&, int64_t, int64_t, const int8_t*, const int8_t*,
                          int64_t);

  static constexpr int64_t kRowBlock = 96;
  static constexpr int kRegs = Dot::kRegs;
  static constexpr int kVecs = kColumns / kLanes;
  static constexpr int kStepLines = kGemmU8S8KGroup * kColumns / kCacheLine;
  static constexpr int64_t kRegBytes = sizeof(Reg);

  // The tiles of 1 to Dot::kRows rows, which fetch kLines lines at each k step.
  template <int kLines, size_t... kIndex>
  static const TileFn* Tiles(std::index_sequence<kIndex...>) {
    static constexpr TileFn kTiles[] = {Tile<kIndex + 1, kLines>...};
    return kTiles;
  }

  // acc[i][v] += sum over groups of a[i] * b, for kRows rows from `a` and the panel data at `b`.
  // Each group fetches kLines lines from `ahead` on, which moves on by `step` bytes.
  // Must not spill: tests/check_gemm_loops.sh looks at the machine code.
  template <int kRows, int kLines>
  OCTET_INLINE static inline void Multiply(const uint8_t* a, int64_t lda, const int8_t* b,
                                           int64_t groups, const int8_t* ahead, int64_t step,
                                           Reg (&acc)[kRows][kRegs]) {
    // Not unrolled: the vector instructions hide the loop's own, and unrolled, GCC 12 runs out of
    // registers for the row addresses.
    for (int64_t group = 0; group < groups; ++group) {
      Reg column[kRegs];
      OCTET_UNROLL
      for (int v = 0; v < kRegs; ++v) column[v] = Dot::Load(b + v * kRegBytes);
      OCTET_UNROLL
      for (int i = 0; i < kRows; ++i) {
        const Reg row = Dot::Broadcast4(a + i * lda);
        OCTET_UNROLL
        for (int v = 0; v < kRegs; ++v) acc[i][v] = Dot::MultiplyAdd(acc[i][v], row, column[v]);
      }
      OCTET_UNROLL
      for (int line = 0; line < kLines; ++line) {
        _mm_prefetch(reinterpret_cast<const char*>(ahead + line * kCacheLine), _MM_HINT_T1);
      }
      ahead += step;
      a += kGemmU8S8KGroup;
      b += kGemmU8S8KGroup * kColumns;
    }
  }

  // Finishes acc[rows][kRegs] in the general case.
  OCTET_NOINLINE static void FinishGeneral(const GemmU8S8Args& args, int64_t m, int64_t rows,
                                           int64_t n0, const Reg* acc) {
    for (int64_t i = 0; i < rows; ++i) Sums::FinishGeneral(args, m + i, n0, acc + i * kRegs);
  }

  // Rows [m, m + kRows) of the panel whose first column is n0.
  template <int kRows, int kLines>
  static void Tile(const GemmU8S8Args& args, int64_t m, int64_t n0, const int8_t* panel,
                   const int8_t* ahead, int64_t step) {
    Sums::template Prefetch<kRows>(args, m, n0);
    // The sums begin with what the zero points of a subtract, modulo 2^32: so the work after the
    // loop is short.
    Reg acc[kRows][kRegs];
    OCTET_UNROLL
    for (int i = 0; i < kRows; ++i) {
      const Reg start = Dot::Set(-args.a_zero_point[m + i]);
      OCTET_UNROLL
      for (int v = 0; v < kRegs; ++v) {
        acc[i][v] = Dot::Multiply(start, Dot::Load(panel + v * kRegBytes));
      }
    }
    Multiply<kRows, kLines>(args.a + m * args.lda, args.lda, panel + Packed::kQuadOffset,
                            Quads(args.k), ahead, step, acc);
    if (Sums::IsGeneral(args, n0)) {
      // A copy: if the accumulators themselves had an address, they would not stay in registers.
      Reg sums[kRows * kRegs];
      OCTET_UNROLL
      for (int i = 0; i < kRows; ++i) {
        OCTET_UNROLL
        for (int v = 0; v < kRegs; ++v) sums[i * kRegs + v] = acc[i][v];
      }
      return FinishGeneral(args, m, kRows, n0, sums);
    }
    WithActivation(args.epilogue.activation, [&]<Activation kActivation>() OCTET_INLINE {
      OCTET_UNROLL
      for (int i = 0; i < kRows; ++i) {
        Sums::template Finish<kActivation>(args, m + i, n0, acc[i]);
      }
    });
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_X86_GEMM_DOT_INL_H_
