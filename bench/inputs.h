// Operands like those of a quantized BERT: normally distributed weights and activations. The values
// are the same in every run.
#ifndef OCTET_BENCH_INPUTS_H_
#define OCTET_BENCH_INPUTS_H_

#include <cstdint>
#include <vector>

#include "bench/aligned.h"
#include "bench/shapes.h"

namespace octet::bench {

// As many weight matrices as BERT-base has layers. A product that is timed in a loop uses them in
// turn, so that it does not find its weights in the L2 cache, just as in a model.
inline constexpr int64_t kMatrices = 12;

// Standard normal numbers.
AlignedVector<float> Gaussian(int64_t count);

// c = a_scale * b_scale * (a - zero_point) b, then the epilogue.
struct GemmU8S8Inputs {
  GemmShape shape;
  AlignedVector<uint8_t> a;
  AlignedVector<int8_t> b;  // the largest magnitude of each column is the weight limit
  AlignedVector<float> a_scale;
  AlignedVector<int32_t> a_zero_point;
  AlignedVector<float> b_scale;
  AlignedVector<float> bias;
  AlignedVector<float> residual;  // [m, n]
};

// All rows have one scale and zero point, because peers do not support more. A weight limit of 127
// uses 8 bits. With 64, no sum of two products overflows 16 bits (2 * 255 * 64 < 2^15).
GemmU8S8Inputs MakeGemmU8S8Inputs(const GemmShape& shape, int weight_limit = 127);

struct GemmF32Inputs {
  GemmShape shape;
  AlignedVector<float> a;
  AlignedVector<float> b;
};

GemmF32Inputs MakeGemmF32Inputs(const GemmShape& shape);

}  // namespace octet::bench

#endif  // OCTET_BENCH_INPUTS_H_
