// The end of an int8 product: from the exact int32 sums of a row of a tile to its floats. A type
// Dot supplies registers and instructions:
//   S, Reg, kRegLanes         its vectors (simd-inl.h); a register of kRegLanes int32
//   kRegs                     registers in a row
//   Set(x)                    x in every lane
//   Multiply, Subtract        of int32 lanes, modulo 2^32
//   LoadFirst(p, n)           the first n lanes from p; the others are 0, for any n
//   Floats(regs, v)           the lanes of vector v of a row, rounded to floats
//
// Included by instruction-set folders only.
#ifndef OCTET_KERNELS_X86_ROW_OF_SUMS_INL_H_
#define OCTET_KERNELS_X86_ROW_OF_SUMS_INL_H_

#include "kernels/generic/epilogue-inl.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

inline constexpr int64_t kCacheLine = 64;

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

// Row i of the panel whose first column is n0. The zero points of a have been subtracted from the
// sums already.
template <class Dot>
class RowOfSums {
 public:
  using Reg = typename Dot::Reg;
  static constexpr int kRegs = Dot::kRegs;
  static constexpr int64_t kColumns = kRegs * Dot::kRegLanes;
  static constexpr int kVecs = kColumns / kLanes;

  // Whether rows of the panel need FinishGeneral: it may have fewer columns than a tile, and b may
  // have zero points.
  static bool IsGeneral(const GemmU8S8Args& args, int64_t n0) {
    return args.b_zero_point != nullptr || args.n - n0 < kColumns;
  }

  // Starts fetching what Finish reads and writes of rows [i, i + kRows).
  template <int kRows>
  OCTET_INLINE static inline void Prefetch(const GemmU8S8Args& args, int64_t i, int64_t n0) {
    const GemmEpilogue& epilogue = args.epilogue;
    PrefetchTileRows<kRows, kVecs>(args.c + i * args.ldc + n0, args.ldc);
    if (epilogue.residual != nullptr) {
      PrefetchTileRows<kRows, kVecs>(epilogue.residual + i * epilogue.ld_residual + n0,
                                     epilogue.ld_residual);
    }
  }

  // Scales, finishes and stores the row's sums[kRegs]. With zero points of b,
  //   b_zero_point * (a_row_sum - k * a_zero_point)
  // is subtracted first, modulo 2^32.
  static void FinishGeneral(const GemmU8S8Args& args, int64_t i, int64_t n0, const Reg* row_sums) {
    const int64_t columns = args.n - n0;
    Reg sums[kRegs];
    for (int v = 0; v < kRegs; ++v) sums[v] = row_sums[v];
    if (args.b_zero_point != nullptr) {
      const auto row_sum = static_cast<int32_t>(args.a_row_sum[i] - args.k * args.a_zero_point[i]);
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
      const Vec scale = S::Set(args.a_scale[i]) * LoadUpTo<S>(args.b_scale + n0 + at, left, 0.0f);
      const Vec bias =
          args.bias == nullptr ? S::Set(0.0f) : LoadUpTo<S>(args.bias + n0 + at, left, 0.0f);
      S::Store(values + at, S::Fma(Dot::Floats(sums, v), scale, bias));
    }
    FinishRow<S>(args.epilogue, i, n0, columns < kColumns ? columns : kColumns, values,
                 args.c + i * args.ldc + n0);
  }

  // The same for a panel that is not general.
  template <Activation kActivation>
  OCTET_INLINE static inline void Finish(const GemmU8S8Args& args, int64_t i, int64_t n0,
                                         const Reg (&sums)[kRegs]) {
    const float* bias = args.bias == nullptr ? kNoBias : args.bias + n0;
    const Vec a_scale = S::Set(args.a_scale[i]);
    Vec y[kVecs];
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) {
      const Vec scale = a_scale * S::Load(args.b_scale + n0 + v * kLanes);
      y[v] =
          Activate<S, kActivation>(S::Fma(Dot::Floats(sums, v), scale, S::Load(bias + v * kLanes)));
    }
    FinishTileRow<S>(args.epilogue, i, n0, y, args.c + i * args.ldc + n0);
  }

 private:
  using S = typename Dot::S;
  using Vec = typename S::Vec;

  alignas(64) static constexpr float kNoBias[kColumns] = {};
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_X86_ROW_OF_SUMS_INL_H_
