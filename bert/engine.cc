#include "bert/engine.h"

#include "base/out_of_memory.h"
#include "runtime/compile.h"
#include "runtime/float_environment.h"
#include "runtime/weight_bytes.h"

namespace octet::bert {

Result<Engine> BuildEngine(ir::Module module, const EngineOptions& options) {
  OCTET_ASSIGN_OR_RETURN(const runtime::KernelSelection kernels,
                         runtime::SelectKernels(options.isa, options.pipeline.attention));
  return BuildEngine(std::move(module), options, kernels);
}

Result<Engine> BuildEngine(ir::Module module, const EngineOptions& options,
                           const runtime::KernelSelection& kernels) {
  const runtime::ScopedFloatEnvironment float_environment;
  return CatchBadAlloc("no memory to compile the model", [&]() -> Result<Engine> {
    Engine engine;
    engine.isa = kernels.isa;
    OCTET_RETURN_IF_ERROR(Lower(&module, options.pipeline, &engine.report));
    // Counted before Schedule merges linears, so that the number is that of `octet inspect`.
    engine.weight_bytes = runtime::WeightBytes(module);
    OCTET_RETURN_IF_ERROR(Schedule(&module, options.pipeline.passes, &engine.report));
    OCTET_ASSIGN_OR_RETURN(engine.program, runtime::Compile(std::move(module), kernels.table));
    return engine;
  });
}

}  // namespace octet::bert
