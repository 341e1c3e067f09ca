// GemmEpilogue (kernels/kernel_table.h) over the vectors of an instruction set S: the work on a
// tile's rows between the last multiplication and memory.
//
// Included by instruction-set folders only (see simd-inl.h).
#ifndef OCTET_KERNELS_GENERIC_EPILOGUE_INL_H_
#define OCTET_KERNELS_GENERIC_EPILOGUE_INL_H_

#include "kernels/generic/math-inl.h"
#include "kernels/generic/simd-inl.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

// A RowRange in registers.
template <class S>
struct RangeVecs {
  using Vec = typename S::Vec;
  Vec hi = S::Set(0.0f);
  Vec lo = S::Set(0.0f);

  static RangeVecs Load(const RowRange& range) {
    return {S::Load(reinterpret_cast<const float*>(range.hi)),
            S::Load(reinterpret_cast<const float*>(range.lo))};
  }
  void Store(RowRange* range) const {
    S::Store(reinterpret_cast<float*>(range->hi), hi);
    S::Store(reinterpret_cast<float*>(range->lo), lo);
  }
  void Add(Vec x) {
    hi = S::MaxSigned(hi, x);
    lo = S::MaxUnsigned(lo, x);
  }
  void Add(const RangeVecs& other) {
    hi = S::MaxSigned(hi, other.hi);
    lo = S::MaxUnsigned(lo, other.lo);
  }
  float Greatest() const { return S::ReduceMaxSigned(hi); }
  float Least() const {
    const float least = S::ReduceMaxUnsigned(lo);
    return __builtin_signbit(least) ? least : 0.0f;
  }
};

template <class S, Activation kActivation>
inline typename S::Vec Activate(typename S::Vec x) {
  if constexpr (kActivation == Activation::kRelu) {
    return S::IfLess(x, S::Set(0.0f), S::Set(0.0f), x);
  } else if constexpr (kActivation == Activation::kGelu) {
    return Gelu<S>(x);
  } else if constexpr (kActivation == Activation::kTanh) {
    return Tanh<S>(x);
  } else {
    return x;
  }
}

// Calls fn.operator()<activation>(): the choice is made once a tile instead of once a vector.
template <class Fn>
OCTET_INLINE inline void WithActivation(Activation activation, const Fn& fn) {
  switch (activation) {
    case Activation::kNone:
      return fn.template operator()<Activation::kNone>();
    case Activation::kRelu:
      return fn.template operator()<Activation::kRelu>();
    case Activation::kGelu:
      return fn.template operator()<Activation::kGelu>();
    case Activation::kTanh:
      return fn.template operator()<Activation::kTanh>();
  }
}

// Finishes `values`, which are c[i][j, j + columns), and stores them at c, which may be `values`.
// This is the general form, for the ends of rows. An absent lane stays +0, which is in every range.
template <class S>
[[gnu::noinline]] void FinishRow(const GemmEpilogue& epilogue, int64_t i, int64_t j,
                                 int64_t columns, const float* values, float* c) {
  const float* residual =
      epilogue.residual == nullptr ? nullptr : epilogue.residual + i * epilogue.ld_residual + j;
  RangeVecs<S> range;
  if (epilogue.range != nullptr) range = RangeVecs<S>::Load(epilogue.range[i]);
  WithActivation(epilogue.activation, [&]<Activation kActivation>() OCTET_INLINE {
    ForEachBlock(columns, [&](int64_t at, int64_t lanes) OCTET_INLINE {
      auto y = Activate<S, kActivation>(LoadUpTo<S>(values + at, lanes, 0.0f));
      if (residual != nullptr) y = y + LoadUpTo<S>(residual + at, lanes, 0.0f);
      range.Add(y);
      StoreUpTo<S>(c + at, lanes, y);
    });
  });
  if (epilogue.range != nullptr) range.Store(epilogue.range + i);
}

// The same for registers.
template <class S, int kVecs>
void FinishPartialRow(const GemmEpilogue& epilogue, int64_t i, int64_t j, int64_t columns,
                      const typename S::Vec (&y)[kVecs], float* c) {
  alignas(64) float values[kVecs * kLanes];
  OCTET_UNROLL
  for (int v = 0; v < kVecs; ++v) S::Store(values + v * kLanes, y[v]);
  FinishRow<S>(epilogue, i, j, columns, values, c);
}

// The same for the registers of one row of a tile all of whose columns exist. `y` is the result of
// the activation.
template <class S, int kVecs>
OCTET_INLINE inline void FinishTileRow(const GemmEpilogue& epilogue, int64_t i, int64_t j,
                                       typename S::Vec (&y)[kVecs], float* c) {
  if (epilogue.residual != nullptr) {
    const float* residual = epilogue.residual + i * epilogue.ld_residual + j;
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) y[v] = y[v] + S::Load(residual + v * kLanes);
  }
  if (epilogue.range != nullptr) {
    RangeVecs<S> range = RangeVecs<S>::Load(epilogue.range[i]);
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) range.Add(y[v]);
    range.Store(epilogue.range + i);
  }
  OCTET_UNROLL
  for (int v = 0; v < kVecs; ++v) S::Store(c + v * kLanes, y[v]);
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_EPILOGUE_INL_H_
