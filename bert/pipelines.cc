#include "bert/pipelines.h"

#include <span>

#include "quant/attention_precision.h"
#include "quant/quantize_dynamic.h"
#include "runtime/float_environment.h"

namespace octet::bert {
namespace {

// Patterns look at exact chains, so constants are folded and dead users removed before each group.
constexpr std::string_view kCorePasses[] = {
    // Evaluates shape arithmetic and casts of half-precision weights, and merges equal subgraphs.
    "fold-constants", "dce", "cse", "fold-iota", "hoist-expand", "fold-constants", "dce",
    // Fuses ops that the exporter writes as several.
    "fuse-linear", "fuse-layer-norm", "fuse-gelu", "dce", "fuse-attention", "dce", "fuse-embedding",
    "fuse-add-layer-norm", "dce", "fuse-activation",
    // Does not compute padding and other rows that no output depends on.
    "pack-tokens", "pool-early", "fold-constants", "dce", "cse",
    // Merges the residual additions that are left into the products before them.
    "fuse-residual"};

// Everything keyed by module path has run, so linears may now merge.
constexpr std::string_view kSchedulePasses[] = {"fuse-qkv"};

Status Run(ir::PassManager& manager, ir::Module* module, PipelineReport* report) {
  const runtime::ScopedFloatEnvironment float_environment;
  OCTET_RETURN_IF_ERROR(manager.Run(module));
  if (report == nullptr) return {};
  const auto append = [](auto* to, const auto& from) {
    to->insert(to->end(), from.begin(), from.end());
  };
  append(&report->timings, manager.timings());
  append(&report->remarks, manager.context().remarks());
  return {};
}

Status RunPasses(std::span<const std::string_view> passes, const ir::PassManager::Options& options,
                 ir::Module* module, PipelineReport* report) {
  ir::PassManager manager(options);
  for (const std::string_view pass : passes) OCTET_RETURN_IF_ERROR(manager.Add(pass));
  return Run(manager, module, report);
}

}  // namespace

Status Optimize(ir::Module* module, const ir::PassManager::Options& options,
                PipelineReport* report) {
  module->set_stage(ir::Stage::kCore);
  return RunPasses(kCorePasses, options, module, report);
}

Status Lower(ir::Module* module, const PipelineOptions& options, PipelineReport* report) {
  if (module->stage() == ir::Stage::kImport) {
    OCTET_RETURN_IF_ERROR(Optimize(module, options.passes, report));
  }
  const bool quantize = options.precision != Precision::kFp32;
  ir::PassManager manager;
  manager.Add(
      "set-attention-precision",
      [&](ir::Rewriter& rewriter, ir::PassContext&) {
        return quant::SetAttentionPrecisionPass(
            rewriter, quantize ? options.qconfig : quant::QConfigDict(), options.attention);
      },
      "the precision of each attention, as the qconfig or the caller says");
  if (quantize) {
    quant::AddQuantizeDynamic(options.qconfig, {.debug = options.precision == Precision::kDebug},
                              &manager);
  }
  return Run(manager, module, report);
}

Status Schedule(ir::Module* module, const ir::PassManager::Options& options,
                PipelineReport* report) {
  return RunPasses(kSchedulePasses, options, module, report);
}

}  // namespace octet::bert
