// octet's own products on one thread.
#ifndef OCTET_BENCH_OCTET_GEMM_H_
#define OCTET_BENCH_OCTET_GEMM_H_

#include "bench/inputs.h"
#include "bench/product.h"
#include "kernels/kernel_table.h"

namespace octet::bench {

// `table` must outlive the product.
Product OctetGemmU8S8(const kernels::KernelTable& table, const GemmU8S8Inputs& inputs,
                      Epilogue epilogue);
// Without a bias.
Product OctetGemmF32(const kernels::KernelTable& table, const GemmF32Inputs& inputs);

}  // namespace octet::bench

#endif  // OCTET_BENCH_OCTET_GEMM_H_
