// From a module to a program that is ready to run: optimize, quantize, schedule, compile.
#ifndef OCTET_BERT_ENGINE_H_
#define OCTET_BERT_ENGINE_H_

#include <memory>
#include <optional>

#include "bert/pipelines.h"
#include "runtime/program.h"
#include "runtime/select_kernels.h"

namespace octet::bert {

struct EngineOptions {
  PipelineOptions pipeline;
  // The highest instruction set to use; by default what the CPU has.
  std::optional<runtime::Isa> isa;
};

// A compiled model. Copies share the program; thread-safe.
struct Engine {
  std::shared_ptr<const runtime::Program> program;
  runtime::Isa isa = runtime::Isa::kReference;
  // Bytes of the constants of the (quantized) IR before packing.
  int64_t weight_bytes = 0;
  PipelineReport report;
};

// Compiles a module from its stage on: import, or core where it has been optimized already. Each
// weight's memory is given back once it is packed, unless a clone of the module shares it.
// InvalidArgument only where the options do not fit: a path
// of the qconfig that the model does not have, an instruction set that the CPU does not have.
// Unsupported also where the instruction set has no attention of the precision that the options
// say; OutOfMemory.
Result<Engine> BuildEngine(ir::Module module, const EngineOptions& options = {});
// The same with kernels that SelectKernels(options.isa, options.pipeline.attention) chose.
Result<Engine> BuildEngine(ir::Module module, const EngineOptions& options,
                           const runtime::KernelSelection& kernels);

}  // namespace octet::bert

#endif  // OCTET_BERT_ENGINE_H_
