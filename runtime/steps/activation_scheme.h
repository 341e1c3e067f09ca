// How activations become 8-bit numbers: the observers that quantize_dynamic can name, but for
// octet's own (per_token_affine_u8), which is a kernel.
#ifndef OCTET_RUNTIME_STEPS_ACTIVATION_SCHEME_H_
#define OCTET_RUNTIME_STEPS_ACTIVATION_SCHEME_H_

#include <cstdint>
#include <string_view>

#include "ir/status.h"

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

struct ActivationScheme {
  bool per_tensor;  // one range for all rows, not one for each
  bool symmetric;   // the zero point is fixed, half of the range
  int levels;       // the largest number used: 255, or 127 with a reduced range
  bool pytorch;     // PyTorch's formulas, not octet's

  // octet, affine:    scale = hi / levels - lo / levels, zero_point = rne(-lo / scale)
  // octet, symmetric: scale = max(-lo, hi) / half, zero_point = half + 1, half = levels / 2
  //                   (both: scale 1 and the zero point of 0 when scale < 2^-126)
  // PyTorch, affine:  ChooseQuantizationParams of ATen/native/quantized/cpu/QuantUtils.h, in
  // double,
  //                   with its smallest scale of 6.1e-5
  // A range that is not finite gives scale NaN and zero point 0.
  QuantParams Choose(const ValueRange& range) const;
};

// The scheme of an `observer` attribute. InvalidArgument for a name that is none, Unsupported for a
// symmetric scheme with PyTorch's formulas, which PyTorch does not have for activations.
Result<ActivationScheme> ParseActivationScheme(std::string_view observer);

// q[i] of n numbers; all 0 when the scale is NaN.
void QuantizeWith(const QuantParams& params, const float* x, int64_t n, uint8_t* q);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_ACTIVATION_SCHEME_H_
