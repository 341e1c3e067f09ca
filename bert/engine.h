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
  // The highest instruction set to use; by default the highest that the CPU has.
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

// Compiles a module of stage import, or of stage core if it is already optimized. The memory of
// each weight is freed once the weight is packed, unless a clone of the module shares it. Errors:
// InvalidArgument only for options that do not fit the model or the CPU (a path of the qconfig that
// the model does not have, an instruction set that the CPU does not have); Unsupported, among other
// reasons, if the instruction set does not have attention in the precision of the options;
// OutOfMemory; those of the passes and of runtime::Compile.
Result<Engine> BuildEngine(ir::Module module, const EngineOptions& options = {});
// The same with the kernels that SelectKernels(options.isa, options.pipeline.attention) returned.
Result<Engine> BuildEngine(ir::Module module, const EngineOptions& options,
                           const runtime::KernelSelection& kernels);

}  // namespace octet::bert

#endif  // OCTET_BERT_ENGINE_H_
