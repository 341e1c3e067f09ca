// Operands as a quantized BERT has them: normally distributed weights and activations. The same
// values in every run.
#ifndef OCTET_BENCH_INPUTS_H_
#define OCTET_BENCH_INPUTS_H_

#include <cstdint>
#include <vector>

#include "bench/shapes.h"

namespace octet::bench {

// As many weight matrices as BERT-base has layers: a product that is timed in a loop takes them in
// turn, so that they come from where a model's weights come from and not from the L2 cache.
inline constexpr int64_t kMatrices = 12;

// Standard normal numbers.
std::vector<float> Gaussian(int64_t count);

// c = a_scale * b_scale * (a - zero_point) b, then the epilogue.
struct GemmU8S8Inputs {
  GemmShape shape;
  std::vector<uint8_t> a;
  std::vector<int8_t> b;  // columns of which the largest magnitude is the weight limit
  std::vector<float> a_scale;
  std::vector<int32_t> a_zero_point;
  std::vector<float> b_scale;
  std::vector<float> bias;
  std::vector<float> residual;  // [m, n]
};

// One scale and zero point for all rows, because that is all that peers know. 127 is the weight
// limit of 8 bits, 64 one with which no pair of products overflows 16 bits (2 * 255 * 64 < 2^15).
GemmU8S8Inputs MakeGemmU8S8Inputs(const GemmShape& shape, int weight_limit = 127);

struct GemmF32Inputs {
  GemmShape shape;
  std::vector<float> a;
  std::vector<float> b;
};

GemmF32Inputs MakeGemmF32Inputs(const GemmShape& shape);

}  // namespace octet::bench

#endif  // OCTET_BENCH_INPUTS_H_
