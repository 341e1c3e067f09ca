// Turns a module into a Program for one CPU: packs the constant weights, binds each op to a step
// with its kernels, and finds which values can share memory.
#ifndef OCTET_RUNTIME_COMPILE_H_
#define OCTET_RUNTIME_COMPILE_H_

#include <memory>

#include "ir/graph.h"
#include "kernels/kernel_table.h"
#include "runtime/program.h"

namespace octet::runtime {

struct CompileOptions {
  // Rows of activations that a thread takes through a strip of row-wise steps before it takes the
  // next ones. 0: as many as keep them in the L2 cache. Results do not depend on it.
  int64_t block_rows = 0;
};

// Compiles a verified module of any stage. What has no kernel runs on ir::Evaluate. Each weight's
// memory is given back once it is packed, unless a clone of the module shares it. `kernels` need
// not outlive the call. Errors, at the op's location: Unsupported (no step for the op with these
// types, a symbol that nothing defines, K above kernels::kGemmU8S8MaxK, an attention in a precision
// that `kernels` do not have), InvalidModel (a constant without data, an inconsistent weight),
// OutOfMemory.
//
// An attention in bf16 whose head size the kernel does not cover
// (kernels::Attention::head_dim_multiple) is computed as in f32; Program::Print names each kernel.
Result<std::shared_ptr<const Program>> Compile(ir::Module module,
                                               const kernels::KernelTable& kernels,
                                               const CompileOptions& options = {});

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_COMPILE_H_
