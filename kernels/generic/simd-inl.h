// The vectors that the kernels are written in: 16 floats, on every instruction set. The templates
// of kernels/generic/ take the instruction set as a type S, such as Avx2 (kernels/x86/simd-inl.h),
// which says what each of its functions promises. Scalar (simd_scalar-inl.h) has some of them.
//
// Sixteen lanes everywhere make float reductions independent of the instruction set: lane i holds
// the elements whose index is i mod 16, absent elements are +0, and ReduceAdd folds the lanes in
// one fixed order (docs/numerics.md).
//
// Everything in kernels/generic/ is in an anonymous namespace, so that no object shares code with
// one that is compiled for another CPU (tests/check_symbols.cmake).
#ifndef OCTET_KERNELS_GENERIC_SIMD_INL_H_
#define OCTET_KERNELS_GENERIC_SIMD_INL_H_

#include <cstdint>

// Asks for a loop of constant length to be unrolled whatever the optimization level, so that an
// array indexed by it becomes registers. Clang does so by itself, but not for a long body: an
// epilogue of 5 rows that stays a loop keeps the accumulators in memory at each k step.
//
// OCTET_UNROLL_TWICE unrolls a loop of any length by two.
#if defined(__clang__)
#define OCTET_UNROLL _Pragma("clang loop unroll(full)")
#define OCTET_UNROLL_TWICE _Pragma("clang loop unroll_count(2)")
#else
#define OCTET_UNROLL _Pragma("GCC unroll 16")
#define OCTET_UNROLL_TWICE _Pragma("GCC unroll 2")
#endif

// For the lambdas given to ForEachBlock: called twice, they must still keep their sums in
// registers.
#define OCTET_INLINE __attribute__((always_inline))

// For a function around a register tile: inlined next to others, its loop would lose registers.
#define OCTET_NOINLINE __attribute__((noinline))

namespace octet::kernels {
namespace {

inline constexpr int64_t kLanes = 16;

// Load and Store of the first min(n, 16) lanes, for n > 0.
template <class S>
inline typename S::Vec LoadUpTo(const float* p, int64_t n, float fill) {
  return n >= kLanes ? S::Load(p) : S::LoadPartial(p, n, fill);
}
template <class S>
inline void StoreUpTo(float* p, int64_t n, typename S::Vec x) {
  if (n >= kLanes) {
    S::Store(p, x);
  } else {
    S::StorePartial(p, n, x);
  }
}

// Calls block(i, lanes) for i = 0, 16, ... below n, where lanes = min(16, n - i).
template <class Block>
inline void ForEachBlock(int64_t n, Block block) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) block(i, kLanes);
  if (i < n) block(i, n - i);
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_SIMD_INL_H_
