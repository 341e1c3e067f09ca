#include "bench/dnnl_gemm.h"

#include <doctest/doctest.h>

namespace octet::bench {
namespace {

// No matrix has -1 columns, so oneDNN throws before it reads any operand.
constexpr GemmShape kImpossible = {7, 16, -1};

void CheckRefused(const Result<Product>& product) {
  REQUIRE_FALSE(product.ok());
  CHECK_EQ(product.status().code(), StatusCode::kUnsupported);
  CHECK_EQ(product.status().message().find("oneDNN, m:7/k:16/n:-1: "), 0);
}

TEST_CASE("a product that oneDNN refuses is an error that names it and the shape") {
  GemmU8S8Inputs u8s8 = MakeGemmU8S8Inputs({7, 16, 16});
  u8s8.shape = kImpossible;
  for (const Epilogue epilogue : kEpilogues) CheckRefused(DnnlGemmU8S8(u8s8, epilogue));
  GemmF32Inputs f32 = MakeGemmF32Inputs({7, 16, 16});
  f32.shape = kImpossible;
  CheckRefused(DnnlGemmF32(f32));
}

}  // namespace
}  // namespace octet::bench
