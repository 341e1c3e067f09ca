// The formulas of QuantizeRowsArgs and DequantizeArgs (kernels/kernel_table.h) over the vectors of
// an instruction set S. The instruction set supplies the operations on integers.
//
// Included by instruction-set folders only (see pack_u8s8-inl.h).
#ifndef OCTET_KERNELS_GENERIC_QUANTIZE_INL_H_
#define OCTET_KERNELS_GENERIC_QUANTIZE_INL_H_

#include "kernels/generic/epilogue-inl.h"
#include "kernels/generic/simd-inl.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

// The range of x[cols].
template <class S>
RangeVecs<S> FindRange(const float* x, int64_t cols) {
  // Independent chains hide the latency of the comparisons.
  constexpr int kChains = 4;
  constexpr int64_t kStep = kChains * kLanes;
  RangeVecs<S> range[kChains];
  int64_t j = 0;
  for (; j + kStep <= cols; j += kStep) {
    OCTET_UNROLL
    for (int i = 0; i < kChains; ++i) range[i].Add(S::Load(x + j + i * kLanes));
  }
  ForEachBlock(cols - j, [&](int64_t at, int64_t lanes)
                             OCTET_INLINE { range[0].Add(LoadUpTo<S>(x + j + at, lanes, 0.0f)); });
  for (int i = 1; i < kChains; ++i) range[0].Add(range[i]);
  return range[0];
}

// Both functions store clamp(rne(x[j] * inverse) + zero_point, 0, 255): kStore for the first n
// lanes of a vector, at most 16, and kStore64 for the 64 floats at x.
template <class S,
          void (*kStore)(uint8_t* q, int64_t n, typename S::Vec x, float inverse,
                         int32_t zero_point),
          void (*kStore64)(uint8_t* q, const float* x, float inverse, int32_t zero_point)>
struct Quantize {
  static void Row(const float* x, int64_t cols, const RangeVecs<S>& range, uint8_t* q, float* scale,
                  int32_t* zero_point) {
    const float lo = range.Least();
    const float hi = range.Greatest();
    const float s = hi / 255.0f - lo / 255.0f;
    const bool finite = __builtin_isfinite(hi) && __builtin_isfinite(lo);
    if (!finite || s < __FLT_MIN__) {
      *scale = finite ? 1.0f : __builtin_nanf("");
      *zero_point = 0;
      __builtin_memset(q, 0, static_cast<size_t>(cols));
      return;
    }
    const float inverse = 1.0f / s;
    *scale = s;
    const int32_t zero = S::Round(-lo * inverse);
    *zero_point = zero;
    int64_t j = 0;
    for (; j + 64 <= cols; j += 64) kStore64(q + j, x + j, inverse, zero);
    ForEachBlock(cols - j, [=](int64_t at, int64_t lanes) OCTET_INLINE {
      kStore(q + j + at, lanes, LoadUpTo<S>(x + j + at, lanes, 0.0f), inverse, zero);
    });
  }

  static void Rows(const QuantizeRowsArgs& args) {
    const int64_t padding = (kGemmU8S8KGroup - args.cols % kGemmU8S8KGroup) % kGemmU8S8KGroup;
    for (int64_t i = 0; i < args.rows; ++i) {
      uint8_t* q = args.q + i * args.ldq;
      const float* x = args.x + i * args.ldx;
      const RangeVecs<S> range =
          args.range != nullptr ? RangeVecs<S>::Load(args.range[i]) : FindRange<S>(x, args.cols);
      Row(x, args.cols, range, q, args.scale + i, args.zero_point + i);
      __builtin_memset(q + args.cols, 0, static_cast<size_t>(padding));
    }
  }
};

// Centred(acc, zero_point, column_sum, n) is float(acc - zero_point * column_sum) in the first n
// lanes, at most 16.
template <class S, typename S::Vec (*kCentred)(const int32_t* acc, int32_t zero_point,
                                               const int32_t* column_sum, int64_t n)>
void Dequantize(const DequantizeArgs& args) {
  for (int64_t i = 0; i < args.m; ++i) {
    float* c = args.c + i * args.ldc;
    const auto a_scale = S::Set(args.a_scale[i]);
    ForEachBlock(args.n, [&](int64_t j, int64_t lanes) OCTET_INLINE {
      const auto value = kCentred(args.acc + i * args.ld_acc + j, args.a_zero_point[i],
                                  args.column_sum + j, lanes);
      const auto scale = a_scale * LoadUpTo<S>(args.b_scale + j, lanes, 0.0f);
      const auto bias =
          args.bias == nullptr ? S::Set(0.0f) : LoadUpTo<S>(args.bias + j, lanes, 0.0f);
      StoreUpTo<S>(c + j, lanes, S::Fma(value, scale, bias));
    });
    FinishRow<S>(args.epilogue, i, 0, args.n, c, c);
  }
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_QUANTIZE_INL_H_
