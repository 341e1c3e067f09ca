// Transposition by blocks of 16 x 16 in registers. Included by instruction-set folders only.
#ifndef OCTET_KERNELS_GENERIC_TRANSPOSE_INL_H_
#define OCTET_KERNELS_GENERIC_TRANSPOSE_INL_H_

#include <algorithm>

#include "kernels/generic/simd-inl.h"

namespace octet::kernels {
namespace {

// to[j * ld_to + i] = from[i * ld_from + j] for i < 16 and j < min(columns, 16). Rows i >= rows do
// not exist and count as 0.
template <class S>
inline void TransposeBlock(const float* from, int64_t ld_from, int64_t rows, int64_t columns,
                           float* to, int64_t ld_to) {
  if (rows >= kLanes && columns >= kLanes) return S::Transpose16x16(from, ld_from, to, ld_to);
  alignas(64) float block[kLanes * kLanes];
  for (int64_t i = 0; i < kLanes; ++i) {
    S::Store(block + i * kLanes,
             i < rows ? LoadUpTo<S>(from + i * ld_from, columns, 0.0f) : S::Set(0.0f));
  }
  if (columns >= kLanes) return S::Transpose16x16(block, kLanes, to, ld_to);
  alignas(64) float transposed[kLanes * kLanes];
  S::Transpose16x16(block, kLanes, transposed, kLanes);
  for (int64_t j = 0; j < columns; ++j) S::Store(to + j * ld_to, S::Load(transposed + j * kLanes));
}

// The same for any number of columns.
template <class S>
inline void TransposeRows(const float* from, int64_t ld_from, int64_t rows, int64_t columns,
                          float* to, int64_t ld_to) {
  for (int64_t j = 0; j < columns; j += kLanes) {
    TransposeBlock<S>(from + j, ld_from, rows, columns - j, to + j * ld_to, ld_to);
  }
}

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_TRANSPOSE_INL_H_
