// How activations become 8-bit numbers: a row for each scheme that an observer can name.
#ifndef OCTET_RUNTIME_STEPS_ACTIVATION_SCHEME_H_
#define OCTET_RUNTIME_STEPS_ACTIVATION_SCHEME_H_

#include <cstdint>

#include "ir/observer_spec.h"
#include "kernels/kernel_table.h"

namespace octet::runtime {

// x is stored as q = clamp(rne(x / scale) + zero_point, 0, 255).
struct QuantParams {
  float scale;
  int32_t zero_point;
};

// The range of some numbers, 0 included.
struct ValueRange {
  float lo = 0;        // <= 0
  float hi = 0;        // >= 0
  bool finite = true;  // false: there is a NaN or an infinity among them

  void Include(const float* x, int64_t n);
  void Include(const ValueRange& other);
};

// A row: the arithmetic from a range to its parameters, and the kernel, if there is one.
//
//   octet, affine:    scale = hi / levels - lo / levels, zero_point = rne(-lo / scale)
//   octet, symmetric: scale = max(-lo, hi) / half, zero_point = half + 1, half = levels / 2
//                     (both: scale 1 and the zero point of 0 when scale < 2^-126)
//   PyTorch, affine:  ChooseQuantizationParams of ATen/native/quantized/cpu/QuantUtils.h, in
//                     double, with its smallest scale of 6.1e-5
struct ActivationScheme {
  bool symmetric;  // the zero point is fixed, half of the range
  ir::Formula formula;
  // `levels` is the largest number used: 255, or 127 with a reduced range. The range is finite.
  QuantParams (*choose)(const ValueRange& range, int levels);
  // Quantizes rows that each have a range of their own to all 8 bits; null: rows are quantized one
  // by one in plain C++, as they are with one range for all, or a reduced one.
  kernels::QuantizeRowsFn kernels::KernelTable::*kernel;
};

// The row of an observer; null for one that ir::CheckObserverSpec refuses.
const ActivationScheme* FindActivationScheme(const ir::ObserverSpec& observer);

// The kernel that quantizes as `observer` says; null when there is none.
kernels::QuantizeRowsFn FindQuantizeKernel(const ir::ObserverSpec& observer,
                                           const kernels::KernelTable& kernels);

// The parameters for a range: scale NaN and zero point 0 when it is not finite.
QuantParams ChooseParams(const ir::ObserverSpec& observer, const ActivationScheme& scheme,
                         const ValueRange& range);

// q[i] of n numbers; all 0 when the scale is NaN.
void QuantizeWith(const QuantParams& params, const float* x, int64_t n, uint8_t* q);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_ACTIVATION_SCHEME_H_
