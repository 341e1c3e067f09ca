// The int8 GEMM for CPUs with a four-way dot product of bytes, vpdpbusd, which adds four u8 x s8
// products to an int32 lane, exactly. A type Dot supplies the registers and instructions:
//   S, Reg, kRegLanes         its vectors (simd-inl.h); a register of kRegLanes int32
//   kRows, kRegs              the tile: its rows, and its columns in registers
//   Load(p), Set(x)           a register from aligned memory; x in every lane
//   Broadcast4(p)             the four bytes at p in every lane
//   MultiplyAdd(acc, a, b)    vpdpbusd
//   Multiply, Subtract        of int32 lanes, modulo 2^32
//   LoadFirst(p, n)           the first n lanes from p; the others are 0, for any n
//   Floats(regs, v)           the lanes of vector v of a tile's row, rounded to floats
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

#include "kernels/generic/epilogue-inl.h"
#include "kernels/generic/pack_u8s8-inl.h"
#include "kernels/generic/tile_rows-inl.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

inline constexpr int64_t kCacheLine = 64;

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

// Starts fetching the lines that the tile's epilogue will read or write, so that they arrive during
// the multiplication: worth up to 7 % where the output exceeds the cache.
template <int kRows, int kVecs>
OCTET_INLINE inline void PrefetchTileRows(const float* rows, int64_t stride) {
  OCTET_UNROLL
  for (int i = 0; i < kRows; ++i) {
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) __builtin_prefetch(rows + i * stride + v * kLanes, 1);
  }
}

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
  using S = typename Dot::S;
  using Vec = typename S::Vec;
  using Reg = typename Dot::Reg;
  using TileFn = void (*)(const GemmU8S8Args&, int64_t, int64_t, const int8_t*, const int8_t*,
                          int64_t);

  static constexpr int64_t kRowBlock = 96;
  static constexpr int kRegs = Dot::kRegs;
  static constexpr int kVecs = kColumns / kLanes;
  static constexpr int kStepLines = kGemmU8S8KGroup * kColumns / kCacheLine;
  static constexpr int64_t kRegBytes = sizeof(Reg);
  alignas(64) static constexpr float kNoBias[kColumns] = {};

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

  // Scales, finishes and stores acc[rows][kRegs] in the general case: the panel may have fewer
  // columns than a tile, and b may have zero points, with which
  //   b_zero_point * (a_row_sum - k * a_zero_point)
  // is subtracted modulo 2^32.
  OCTET_NOINLINE static void StoreGeneral(const GemmU8S8Args& args, int64_t m, int64_t rows,
                                          int64_t n0, const Reg* acc) {
    const int64_t columns = args.n - n0;
    for (int64_t i = 0; i < rows; ++i) {
      Reg sums[kRegs];
      for (int v = 0; v < kRegs; ++v) sums[v] = acc[i * kRegs + v];
      if (args.b_zero_point != nullptr) {
        const auto row_sum =
            static_cast<int32_t>(args.a_row_sum[m + i] - args.k * args.a_zero_point[m + i]);
        for (int v = 0; v < kRegs; ++v) {
          const int64_t at = v * Dot::kRegLanes;
          const Reg b_zero_point = Dot::LoadFirst(args.b_zero_point + n0 + at, columns - at);
          sums[v] = Dot::Subtract(sums[v], Dot::Multiply(Dot::Set(row_sum), b_zero_point));
        }
      }
      alignas(64) float values[kColumns];
      for (int v = 0; v < kVecs; ++v) {
        const int64_t at = v * kLanes;
        const int64_t left = columns - at;
        if (left <= 0) break;
        const Vec scale =
            S::Set(args.a_scale[m + i]) * LoadUpTo<S>(args.b_scale + n0 + at, left, 0.0f);
        const Vec bias =
            args.bias == nullptr ? S::Set(0.0f) : LoadUpTo<S>(args.bias + n0 + at, left, 0.0f);
        S::Store(values + at, S::Fma(Dot::Floats(sums, v), scale, bias));
      }
      FinishRow<S>(args.epilogue, m + i, n0, columns < kColumns ? columns : kColumns, values,
                   args.c + (m + i) * args.ldc + n0);
    }
  }

  // Rows [m, m + kRows) of the panel whose first column is n0.
  template <int kRows, int kLines>
  static void Tile(const GemmU8S8Args& args, int64_t m, int64_t n0, const int8_t* panel,
                   const int8_t* ahead, int64_t step) {
    const GemmEpilogue& epilogue = args.epilogue;
    PrefetchTileRows<kRows, kVecs>(args.c + m * args.ldc + n0, args.ldc);
    if (epilogue.residual != nullptr) {
      PrefetchTileRows<kRows, kVecs>(epilogue.residual + m * epilogue.ld_residual + n0,
                                     epilogue.ld_residual);
    }
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
    if (args.b_zero_point != nullptr || args.n - n0 < kColumns) {
      // A copy: if the accumulators themselves had an address, they would not stay in registers.
      Reg sums[kRows * kRegs];
      OCTET_UNROLL
      for (int i = 0; i < kRows; ++i) {
        OCTET_UNROLL
        for (int v = 0; v < kRegs; ++v) sums[i * kRegs + v] = acc[i][v];
      }
      return StoreGeneral(args, m, kRows, n0, sums);
    }
    const float* bias = args.bias == nullptr ? kNoBias : args.bias + n0;
    WithActivation(epilogue.activation, [&]<Activation kActivation>() OCTET_INLINE {
      OCTET_UNROLL
      for (int i = 0; i < kRows; ++i) {
        const Vec a_scale = S::Set(args.a_scale[m + i]);
        Vec y[kVecs];
        OCTET_UNROLL
        for (int v = 0; v < kVecs; ++v) {
          const Vec scale = a_scale * S::Load(args.b_scale + n0 + v * kLanes);
          y[v] = Activate<S, kActivation>(
              S::Fma(Dot::Floats(acc[i], v), scale, S::Load(bias + v * kLanes)));
        }
        FinishTileRow<S>(epilogue, m + i, n0, y, args.c + (m + i) * args.ldc + n0);
      }
    });
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_X86_GEMM_DOT_INL_H_
