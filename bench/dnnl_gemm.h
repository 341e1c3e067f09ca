// oneDNN's products on one thread, with weights in the layout that it prefers.
#ifndef OCTET_BENCH_DNNL_GEMM_H_
#define OCTET_BENCH_DNNL_GEMM_H_

#include "base/status.h"
#include "bench/inputs.h"
#include "bench/product.h"

namespace octet::bench {

// Both functions return Unsupported if oneDNN refuses the product. They run the product once, so
// that it does not fail later.

// Scales and the zero point are known when the primitive is made: the best case for oneDNN, which
// does not have a scale for each row.
Result<Product> DnnlGemmU8S8(const GemmU8S8Inputs& inputs, Epilogue epilogue);
// Without a bias.
Result<Product> DnnlGemmF32(const GemmF32Inputs& inputs);

}  // namespace octet::bench

#endif  // OCTET_BENCH_DNNL_GEMM_H_
