#include "tests/golden/extra_passes.h"

#include "quant/quantize_dynamic.h"

namespace octet::golden {
namespace {

Status Prepare(ir::Rewriter& rewriter, ir::PassContext& context) {
  return quant::PrepareDynamicPass(rewriter, context, {{"", quant::DefaultQConfig()}});
}
Status Convert(ir::Rewriter& rewriter, ir::PassContext&) {
  return quant::ConvertDynamicPass(rewriter, {});
}
Status Quantize(ir::Rewriter& rewriter, ir::PassContext& context) {
  OCTET_RETURN_IF_ERROR(Prepare(rewriter, context));
  return Convert(rewriter, context);
}
Status QuantizeDebug(ir::Rewriter& rewriter, ir::PassContext& context) {
  OCTET_RETURN_IF_ERROR(Prepare(rewriter, context));
  return quant::ConvertDynamicPass(rewriter, {.debug = true});
}

struct ExtraPass {
  std::string_view name;
  Status (*run)(ir::Rewriter& rewriter, ir::PassContext& context);
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
    manager->Add(name, pass.run);
    return {};
  }
  return manager->Add(name);
}

}  // namespace octet::golden
