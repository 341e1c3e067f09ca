#include "bert/encoder.h"

#include <utility>

namespace octet::bert {

Result<std::shared_ptr<const Encoder>> LoadEncoder(const std::string& path,
                                                   const EngineOptions& options) {
  // Checked before the file is read: what this CPU does not have is not an error of the file.
  OCTET_ASSIGN_OR_RETURN(const runtime::KernelSelection kernels,
                         runtime::SelectKernels(options.isa, options.pipeline.attention));
  OCTET_ASSIGN_OR_RETURN(LoadedModel model, OpenModel(path));
  Result<Engine> engine = BuildEngine(std::move(model.module), options, kernels);
  if (!engine.ok()) return engine.status().InFile(model.files.model);
  return std::make_shared<const Encoder>(
      Encoder{*std::move(engine), std::move(model.text), std::move(model.files.model)});
}

}  // namespace octet::bert
