// The activation function at the end of a linear layer.
#ifndef OCTET_RUNTIME_STEPS_ACTIVATION_H_
#define OCTET_RUNTIME_STEPS_ACTIVATION_H_

#include "ir/graph.h"
#include "kernels/kernel_table.h"
#include "runtime/steps/gemm_blocks.h"

namespace octet::runtime {

// The kernel of op's attribute "activation", null for none. Unsupported for an unknown one.
Result<kernels::UnaryF32Fn> FindActivation(const ir::Op& op, const kernels::KernelTable& kernels);

// c = fn(c) on one block of c[m, n], which its product has just left in the cache. A null fn is no
// activation.
void ApplyActivation(kernels::UnaryF32Fn fn, const GemmBlock& block, int64_t n, float* c);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_ACTIVATION_H_
