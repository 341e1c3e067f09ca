#include <bit>

#include "ir/half.h"
#include "ir/tensor.h"

namespace octet::ir {
namespace {

// splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014),
// addressed by index: word i of the stream that starts at `seed`.
uint64_t Word(uint64_t seed, uint64_t i) {
  uint64_t z = seed + (i + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// Approximately normal, without libm (whose logarithm and cosine differ by machine): the number of
// ones in 64 random bits is binomial with variance 16; the difference of two uniform numbers
// smooths its unit steps and adds a variance of 1/6. All operations but the last product are exact.
// |x| < 8.3, excess kurtosis about -0.03.
double Normal(uint64_t seed, uint64_t i) {
  constexpr double kInverseDeviation = 0.248708001686903;  // 1 / sqrt(16 + 1 / 6)
  const uint64_t smoothing = Word(seed, 2 * i + 1);
  const double ones = std::popcount(Word(seed, 2 * i));
  const double difference =
      static_cast<double>(smoothing >> 32) - static_cast<double>(smoothing & 0xFFFFFFFFu);
  return (ones - 32.0 + difference * 0x1p-32) * kInverseDeviation;
}

// Uniform in [0, bound), for small bounds.
uint64_t Below(uint64_t seed, uint64_t i, uint64_t bound) {
  return ((Word(seed, i) >> 32) * bound) >> 32;
}

template <typename T, typename Generator>
void Fill(Tensor* tensor, const Generator& generator) {
  auto* data = static_cast<T*>(tensor->mutable_data());
  const auto count = static_cast<uint64_t>(tensor->num_elements());
  for (uint64_t i = 0; i < count; ++i) data[i] = static_cast<T>(generator(i));
}

}  // namespace

Result<Tensor> RandomTensor(DType dtype, std::vector<int64_t> dims, uint64_t seed) {
  OCTET_ASSIGN_OR_RETURN(Tensor tensor, Tensor::Allocate(dtype, std::move(dims)));
  switch (dtype) {
    case DType::kF32:
      Fill<float>(&tensor, [&](uint64_t i) { return Normal(seed, i); });
      break;
    case DType::kF64:
      Fill<double>(&tensor, [&](uint64_t i) { return Normal(seed, i); });
      break;
    case DType::kF16:
      Fill<uint16_t>(&tensor,
                     [&](uint64_t i) { return FloatToHalf(static_cast<float>(Normal(seed, i))); });
      break;
    case DType::kBf16:
      Fill<uint16_t>(&tensor, [&](uint64_t i) {
        return FloatToBFloat16(static_cast<float>(Normal(seed, i)));
      });
      break;
    case DType::kI64:
      Fill<int64_t>(&tensor, [&](uint64_t i) { return Below(seed, i, 100); });
      break;
    case DType::kI32:
      Fill<int32_t>(&tensor, [&](uint64_t i) { return Below(seed, i, 100); });
      break;
    case DType::kI8:
    case DType::kU8:
      Fill<uint8_t>(&tensor, [&](uint64_t i) { return Below(seed, i, 256); });
      break;
    case DType::kBool:
      Fill<uint8_t>(&tensor, [&](uint64_t i) { return Below(seed, i, 2); });
      break;
  }
  tensor.set_description("random(" + std::to_string(seed) + ")");
  return tensor;
}

}  // namespace octet::ir
