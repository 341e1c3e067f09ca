#include "tests/golden/extra_passes.h"

#include "quant/quantize_dynamic.h"

namespace octet::golden {
namespace {

Status Prepare(ir::Rewriter& rewriter) {
  return quant::PrepareDynamicPass(rewriter, {{"", quant::DefaultQConfig()}});
}
Status Convert(ir::Rewriter& rewriter) { return quant::ConvertDynamicPass(rewriter, {}); }
Status Quantize(ir::Rewriter& rewriter) {
  OCTET_RETURN_IF_ERROR(Prepare(rewriter));
  return Convert(rewriter);
}
Status QuantizeDebug(ir::Rewriter& rewriter) {
  OCTET_RETURN_IF_ERROR(Prepare(rewriter));
  return quant::ConvertDynamicPass(rewriter, {.debug = true});
}

struct ExtraPass {
  std::string_view name;
  Status (*run)(ir::Rewriter& rewriter);
};

constexpr ExtraPass kExtraPasses[] = {
    {"prepare-dynamic", Prepare},
    {"convert-dynamic", Convert},
    {"quantize-dynamic", Quantize},
    {"quantize-dynamic-debug", QuantizeDebug},
};

}  // namespace

Status AddPass(const std::string& name, ir::PassManager* manager) {
  for (const ExtraPass& pass : kExtraPasses) {
    if (pass.name != name) continue;
    manager->Add(
        name, [run = pass.run](ir::Rewriter& rewriter, ir::PassContext&) { return run(rewriter); });
    return {};
  }
  return manager->Add(name);
}

}  // namespace octet::golden
