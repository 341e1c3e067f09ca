#include "bert/encoder.h"

#include <utility>

namespace octet::bert {

static_assert(ModelLimits().max_run_bytes == runtime::SessionOptions().max_arena_bytes);

Result<std::shared_ptr<const Encoder>> LoadEncoder(const std::string& path,
                                                   const EngineOptions& options,
                                                   const ModelLimits& limits) {
  // Checked before the file is read: what this CPU does not have is not an error of the file.
  OCTET_ASSIGN_OR_RETURN(const runtime::KernelSelection kernels,
                         runtime::SelectKernels(options.isa, options.pipeline.attention));
  OCTET_ASSIGN_OR_RETURN(LoadedModel model, OpenModel(path, limits));
  Result<Engine> engine = BuildEngine(std::move(model.module), options, kernels);
  if (!engine.ok()) return engine.status().InFile(model.files.model);
  return std::make_shared<const Encoder>(Encoder{*std::move(engine),
                                                 std::move(model.text),
                                                 std::move(model.files.model),
                                                 {.max_arena_bytes = limits.max_run_bytes}});
}

}  // namespace octet::bert
