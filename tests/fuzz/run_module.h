// Compiling and running modules that a fuzzer made, with little memory.
#ifndef OCTET_TESTS_FUZZ_RUN_MODULE_H_
#define OCTET_TESTS_FUZZ_RUN_MODULE_H_

#include <optional>
#include <vector>

#include "bert/precision.h"
#include "ir/graph.h"
#include "kernels/kernel_table.h"

namespace octet::fuzz {

using Tensors = std::vector<ir::Tensor>;

// `module` after the passes that every precision has. Errors: those of bert::Optimize.
Result<ir::Module> OptimizeCopy(const ir::Module& module);
// What OptimizeCopy gave after all other passes, ready to compile in this precision. Errors: those
// of bert::Lower.
Result<ir::Module> LowerTo(const ir::Module& optimized, bert::Precision precision);

// The outputs of `module`, compiled for `kernels` and run in one thread. Errors: those of
// runtime::Compile and runtime::Session::Run; ResourceLimit when intermediate values take more than
// 16 MiB.
Result<Tensors> RunModule(ir::Module module, const kernels::KernelTable& kernels,
                          const Tensors& inputs);

// The bytes that inputs of these types have under `symbols`; nullopt when the sizes are no sizes.
std::optional<int64_t> InputBytes(const ir::Module& module, const ir::SymbolBinding& symbols);

// Ok when two runs of one module gave the same: the same error, or outputs of the same types and
// bytes. A NaN is like every other.
Status CompareBytes(const Result<Tensors>& expected, const Result<Tensors>& actual);

}  // namespace octet::fuzz

#endif  // OCTET_TESTS_FUZZ_RUN_MODULE_H_
