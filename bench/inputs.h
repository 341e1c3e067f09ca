// Operands as a quantized BERT has them: normally distributed weights and activations. The same
// values in every run.
#ifndef OCTET_BENCH_INPUTS_H_
#define OCTET_BENCH_INPUTS_H_

#include <cstdint>
#include <vector>

#include "bench/aligned.h"
#include "bench/shapes.h"

namespace octet::bench {

// As many weight matrices as BERT-base has layers: a product that is timed in a loop takes them in
// turn, so that they come from where a model's weights come from and not from the L2 cache.
inline constexpr int64_t kMatrices = 12;

// Standard normal numbers.
AlignedVector<float> Gaussian(int64_t count);

// c = a_scale * b_scale * (a - zero_point) b, then the epilogue.
struct GemmU8S8Inputs {
  GemmShape shape;
  AlignedVector<uint8_t> a;
  AlignedVector<int8_t> b;  // columns of which the largest magnitude is the weight limit
  AlignedVector<float> a_scale;
  AlignedVector<int32_t> a_zero_point;
  AlignedVector<float> b_scale;
  AlignedVector<float> bias;
  AlignedVector<float> residual;  // [m, n]
};

// One scale and zero point for all rows, because that is all that peers know. 127 is the weight
// limit of 8 bits, 64 one with which no pair of products overflows 16 bits (2 * 255 * 64 < 2^15).
GemmU8S8Inputs MakeGemmU8S8Inputs(const GemmShape& shape, int weight_limit = 127);

struct GemmF32Inputs {
  GemmShape shape;
  AlignedVector<float> a;
  AlignedVector<float> b;
};

GemmF32Inputs MakeGemmF32Inputs(const GemmShape& shape);

}  // namespace octet::bench

#endif  // OCTET_BENCH_INPUTS_H_
