// QuantizeRowsArgs' formulas (kernels/kernel_table.h) over an instruction set's vectors. Minimum
// and maximum do not depend on the order, so any vector length gives the same bits.
//
// Included by instruction-set folders only (see pack_u8s8-inl.h).
#ifndef OCTET_KERNELS_GENERIC_QUANTIZE_INL_H_
#define OCTET_KERNELS_GENERIC_QUANTIZE_INL_H_

#include <immintrin.h>

#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

// Ops supplies:
//   kLanes, Vec, Int; Zero(), ZeroInt(), Load(p), LoadPartial(p, n) with zeros after n lanes
//   Min(a, b), Max(a, b): b where a is a NaN, or the other way round
//   MaxInt(a, b), unsigned; MaxMagnitude(a, x): the larger of a and x's bits without the sign, as
//   unsigned integers ReduceMin(a), ReduceMax(a), ReduceMaxInt(a): over the lanes StoreQuantized(q,
//   n, x, inverse, zero_point): the first n lanes of
//       clamp(rne(x * inverse) + zero_point, 0, 255)
template <class Ops>
struct Quantize {
  struct Range {
    float lo;  // at most 0
    float hi;  // at least 0
    bool finite;
  };

  static Range RowRange(const float* x, int64_t cols) {
    // Independent chains hide the latency of the comparisons.
    constexpr int kChains = 4;
    constexpr int64_t kStep = kChains * Ops::kLanes;
    typename Ops::Vec lo[kChains];
    typename Ops::Vec hi[kChains];
    typename Ops::Int magnitude[kChains];
    for (int i = 0; i < kChains; ++i) {
      lo[i] = Ops::Zero();
      hi[i] = Ops::Zero();
      magnitude[i] = Ops::ZeroInt();
    }
    const auto add = [&](int i, typename Ops::Vec value) __attribute__((always_inline)) {
      lo[i] = Ops::Min(lo[i], value);
      hi[i] = Ops::Max(hi[i], value);
      magnitude[i] = Ops::MaxMagnitude(magnitude[i], value);
    };
    int64_t j = 0;
    for (; j + kStep <= cols; j += kStep) {
#pragma GCC unroll 4
      for (int i = 0; i < kChains; ++i) add(i, Ops::Load(x + j + i * Ops::kLanes));
    }
    for (; j + Ops::kLanes <= cols; j += Ops::kLanes) add(0, Ops::Load(x + j));
    if (j < cols) add(0, Ops::LoadPartial(x + j, cols - j));
    for (int i = 1; i < kChains; ++i) {
      lo[0] = Ops::Min(lo[0], lo[i]);
      hi[0] = Ops::Max(hi[0], hi[i]);
      magnitude[0] = Ops::MaxInt(magnitude[0], magnitude[i]);
    }
    constexpr uint32_t kInfinityBits = 0x7f800000;
    return {Ops::ReduceMin(lo[0]), Ops::ReduceMax(hi[0]),
            Ops::ReduceMaxInt(magnitude[0]) < kInfinityBits};
  }

  static void Row(const float* x, int64_t cols, uint8_t* q, float* scale, int32_t* zero_point) {
    const Range range = RowRange(x, cols);
    const float s = range.hi / 255.0f - range.lo / 255.0f;
    if (!range.finite || s < __FLT_MIN__) {
      *scale = range.finite ? 1.0f : __builtin_nanf("");
      *zero_point = 0;
      __builtin_memset(q, 0, static_cast<size_t>(cols));
      return;
    }
    const float inverse = 1.0f / s;
    *scale = s;
    *zero_point = _mm_cvtss_si32(_mm_set_ss(-range.lo * inverse));
    int64_t j = 0;
    for (; j + Ops::kLanes <= cols; j += Ops::kLanes) {
      Ops::StoreQuantized(q + j, Ops::kLanes, Ops::Load(x + j), inverse, *zero_point);
    }
    if (j < cols) {
      Ops::StoreQuantized(q + j, cols - j, Ops::LoadPartial(x + j, cols - j), inverse, *zero_point);
    }
  }

  static void Rows(const QuantizeRowsArgs& args) {
    const int64_t padding = (kGemmU8S8KGroup - args.cols % kGemmU8S8KGroup) % kGemmU8S8KGroup;
    for (int64_t i = 0; i < args.rows; ++i) {
      uint8_t* q = args.q + i * args.ldq;
      Row(args.x + i * args.ldx, args.cols, q, args.scale + i, args.zero_point + i);
      __builtin_memset(q + args.cols, 0, static_cast<size_t>(padding));
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_QUANTIZE_INL_H_
