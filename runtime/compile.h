// Turns a module into a Program for one CPU: packs the constant weights, binds each op to a step
// with its kernels, and finds which values can share memory.
#ifndef OCTET_RUNTIME_COMPILE_H_
#define OCTET_RUNTIME_COMPILE_H_

#include <memory>

#include "ir/graph.h"
#include "kernels/kernel_table.h"
#include "runtime/attention_precision.h"
#include "runtime/program.h"

namespace octet::runtime {

struct CompileOptions {
  // Rows of activations that a thread takes through a strip of row-wise steps before it takes the
  // next ones. 0: as many as keep them in the L2 cache. Results do not depend on it.
  int64_t block_rows = 0;
  // Of the attention ops, and those alone. A head size that the kernel of kBf16 does not cover
  // (kernels::kAttentionBf16HeadDim) is computed as in kF32; Program::Print names each kernel.
  AttentionPrecision attention = AttentionPrecision::kF32;
};

// Compiles a verified module of any stage. What has no kernel runs on ir::Evaluate. Each weight's
// memory is given back once it is packed, unless a clone of the module shares it. `kernels` need
// not outlive the call. Errors, at the op's location: Unsupported (no step for the op with these
// types, a symbol that nothing defines, K above kernels::kGemmU8S8MaxK), InvalidModel (a constant
// without data, an inconsistent weight), OutOfMemory; and Unsupported without a location when
// `kernels` have no attention of options.attention.
Result<std::shared_ptr<const Program>> Compile(ir::Module module,
                                               const kernels::KernelTable& kernels,
                                               const CompileOptions& options = {});

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_COMPILE_H_
