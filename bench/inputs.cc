#include "bench/inputs.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace octet::bench {

AlignedVector<float> Gaussian(int64_t count) {
  // A large operand repeats these numbers, because to draw new ones would take long.
  static const std::vector<float> pool = [] {
    std::vector<float> numbers((1 << 16) + 1);
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (float& x : numbers) x = normal(random);
    return numbers;
  }();
  AlignedVector<float> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i) values[i] = pool[i % pool.size()];
  return values;
}

GemmU8S8Inputs MakeGemmU8S8Inputs(const GemmShape& shape, int weight_limit) {
  constexpr int kZeroPoint = 128;
  // The largest of a few hundred normal numbers is about 3.2. It becomes kZeroPoint + 127.
  constexpr float kActivationStep = 3.2f / 127.0f;
  const auto m = static_cast<size_t>(shape.m);
  const auto n = static_cast<size_t>(shape.n);

  GemmU8S8Inputs inputs;
  inputs.shape = shape;
  for (const float x : Gaussian(shape.m * shape.k)) {
    const int q = static_cast<int>(std::lrint(x / kActivationStep)) + kZeroPoint;
    inputs.a.push_back(static_cast<uint8_t>(std::clamp(q, 0, 255)));
  }
  inputs.a_scale.assign(m, kActivationStep);
  inputs.a_zero_point.assign(m, kZeroPoint);

  const AlignedVector<float> weights = Gaussian(shape.k * shape.n);
  std::vector<float> largest(n);
  for (size_t i = 0; i < weights.size(); ++i) {
    largest[i % n] = std::max(largest[i % n], std::fabs(weights[i]));
  }
  // The outputs then have about the variance of the activations.
  const float deviation = 1.0f / std::sqrt(static_cast<float>(shape.k));
  const auto limit = static_cast<float>(weight_limit);
  for (const float absmax : largest) inputs.b_scale.push_back(absmax / limit * deviation);
  inputs.b.resize(weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    inputs.b[i] = static_cast<int8_t>(std::lrint(weights[i] / largest[i % n] * limit));
  }
  inputs.bias = Gaussian(shape.n);
  inputs.residual = Gaussian(shape.m * shape.n);
  return inputs;
}

GemmF32Inputs MakeGemmF32Inputs(const GemmShape& shape) {
  return {shape, Gaussian(shape.m * shape.k), Gaussian(shape.k * shape.n)};
}

}  // namespace octet::bench
