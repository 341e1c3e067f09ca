// A matrix product that is ready to be timed: its weights are packed and its output is allocated.
#ifndef OCTET_BENCH_PRODUCT_H_
#define OCTET_BENCH_PRODUCT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/aligned.h"

namespace octet::bench {

// What an int8 product does to its scaled sums before it stores them.
enum class Epilogue { kBare, kBias, kBiasGelu, kBiasResidual };

inline constexpr Epilogue kEpilogues[] = {Epilogue::kBare, Epilogue::kBias, Epilogue::kBiasGelu,
                                          Epilogue::kBiasResidual};

inline std::string EpilogueName(Epilogue epilogue) {
  constexpr const char* kNames[] = {"bare", "bias", "bias+gelu", "bias+residual"};
  return kNames[static_cast<int>(epilogue)];
}

// Refers to the inputs that it was made from, which must outlive it.
struct Product {
  std::function<void(int64_t iteration)> run;     // with weight matrix `iteration` mod kMatrices
  std::shared_ptr<const AlignedVector<float>> c;  // [m, n], the result of the last `run`
};

}  // namespace octet::bench

#endif  // OCTET_BENCH_PRODUCT_H_
