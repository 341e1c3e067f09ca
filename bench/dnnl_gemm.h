// oneDNN's products on one thread, with weights in the layout that it prefers.
#ifndef OCTET_BENCH_DNNL_GEMM_H_
#define OCTET_BENCH_DNNL_GEMM_H_

#include "bench/inputs.h"
#include "bench/product.h"

namespace octet::bench {

// Scales and the zero point are known when the primitive is made: the best case for oneDNN, which
// has no scale for each row. dnnl::error when it refuses the product.
Product DnnlGemmU8S8(const GemmU8S8Inputs& inputs, Epilogue epilogue);
// Without a bias.
Product DnnlGemmF32(const GemmF32Inputs& inputs);

}  // namespace octet::bench

#endif  // OCTET_BENCH_DNNL_GEMM_H_
