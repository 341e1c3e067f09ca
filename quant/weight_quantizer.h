// Weights in 8 bits: what a qconfig's weight observer computes.
//
// For a weight [k, n] (row-major, as in ir's linear; column j is output channel j), per column, or
// over the whole weight when per tensor, with every operation in float32. Symmetric, zp = 0:
//
//   octet    s = absmax / 127, or 1 when that is below 2^-126 (an all-zero channel, say);
//            q = rne(w / s), in [-127, 127].
//            Reduced range: 63 for 127. A division, not a multiplication by 1 / s, so that
//            |q * s - w| <= s * (1/2 + 2^-17): half a step, and the quotient's own rounding.
//   pytorch  s = max(absmax / 127.5, 2^-23); q = clamp(rne(w * (1 / s)), -128, 127), as
//            torch.ao's MinMaxObserver (symmetric, qint8) and FBGEMM's Quantize compute them.
//            Reduced range: 63.5, [-64, 63].
//
// Affine, with lo = min(0, least), hi = max(0, greatest), inv = 1 / s and, for both formulas,
// q = clamp(rne(w * inv) + zp, -128, 127), so that zero is exactly zp:
//
//   octet    as activations are: s = hi / 255 - lo / 255, zp = rne(-lo * inv) - 128; s = 1, zp = 0
//            when s is below 2^-126.
//   pytorch  s = max((hi - lo) / 255, 2^-23), zp = clamp(-128 - rne(lo / s), -128, 127), as
//            MinMaxObserver (affine, qint8); hi - lo is at most the largest float.
//   Reduced range: 127, -64 and 63 for 255, -128 and 127.
//
// rne rounds to nearest, ties to even. A symmetric range wastes at most one of the 256 numbers and
// keeps a zero weight at zero without a correction term in the product; an affine one halves the
// error of a channel whose weights have one sign.
#ifndef OCTET_QUANT_WEIGHT_QUANTIZER_H_
#define OCTET_QUANT_WEIGHT_QUANTIZER_H_

#include <cstdint>
#include <span>

#include "ir/observer_spec.h"
#include "ir/tensor.h"

namespace octet::quant {

struct QuantizedWeight {
  ir::Tensor values;      // i8[k, n]
  ir::Tensor scale;       // f32[n], each finite and at least 2^-126; equal when per tensor
  ir::Tensor zero_point;  // i32[n], in [-128, 127]; 0 when symmetric, equal when per tensor
};

// Errors: InvalidArgument when `spec` is for activations, or `weight` is not f32 of rank 2 or has
// no data; InvalidModel naming the first element that is NaN or infinite; OutOfMemory.
Result<QuantizedWeight> QuantizeWeight(const ir::Tensor& weight, const ir::ObserverSpec& spec);

// Quantized integers (i8; f32 stay as they are) as f32 numbers, for debug mode.
Result<ir::Tensor> ToFloat(const ir::Tensor& values);

// (values - zero_point) * scale, f32[k, n]; values[k, n] are i8, or f32 of the same integers, scale
// and zero_point have n elements. InvalidArgument when they have not, or values have no data.
Result<ir::Tensor> Dequantize(const ir::Tensor& values, std::span<const float> scale,
                              std::span<const int32_t> zero_point);

}  // namespace octet::quant

#endif  // OCTET_QUANT_WEIGHT_QUANTIZER_H_
