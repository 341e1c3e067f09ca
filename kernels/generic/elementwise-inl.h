// y[i] = f(x[i]) for the functions of math-inl.h, 16 elements at a time.
#ifndef OCTET_KERNELS_GENERIC_ELEMENTWISE_INL_H_
#define OCTET_KERNELS_GENERIC_ELEMENTWISE_INL_H_

#include "kernels/generic/math-inl.h"
#include "kernels/generic/simd-inl.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

template <class S, typename S::Vec (*kFunction)(typename S::Vec)>
void Map(const float* x, float* y, int64_t n) {
  ForEachBlock(n, [=](int64_t i, int64_t lanes) OCTET_INLINE {
    StoreUpTo<S>(y + i, lanes, kFunction(LoadUpTo<S>(x + i, lanes, 0.0f)));
  });
}

template <class S>
void InstallElementwise(KernelTable* table) {
  table->exp_f32 = Map<S, Exp<S>>;
  table->erf_f32 = Map<S, Erf<S>>;
  table->tanh_f32 = Map<S, Tanh<S>>;
  table->gelu_f32 = Map<S, Gelu<S>>;
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_ELEMENTWISE_INL_H_
