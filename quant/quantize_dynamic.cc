#include "quant/quantize_dynamic.h"

#include <utility>

#include "ir/verifier.h"

namespace octet::quant {
namespace {

// Runs `pass` on a copy, which shares the constants, and keeps it if all went well.
template <typename Pass>
Status Transform(ir::Module* module, const Pass& pass) {
  ir::Module copy = module->Clone();
  ir::Rewriter rewriter(&copy);
  OCTET_RETURN_IF_ERROR(pass(rewriter));
  OCTET_RETURN_IF_ERROR(ir::Verify(copy));
  *module = std::move(copy);
  return {};
}

}  // namespace

Status PrepareDynamic(ir::Module* module, const QConfigDict& qconfigs) {
  ir::PassContext context;
  return Transform(module, [&](ir::Rewriter& rewriter) {
    return PrepareDynamicPass(rewriter, context, qconfigs);
  });
}

Status ConvertDynamic(ir::Module* module, const QuantizeOptions& options) {
  return Transform(module,
                   [&](ir::Rewriter& rewriter) { return ConvertDynamicPass(rewriter, options); });
}

Status QuantizeDynamic(ir::Module* module, const QConfigDict& qconfigs,
                       const QuantizeOptions& options) {
  ir::PassContext context;
  return Transform(module, [&](ir::Rewriter& rewriter) -> Status {
    OCTET_RETURN_IF_ERROR(PrepareDynamicPass(rewriter, context, qconfigs));
    return ConvertDynamicPass(rewriter, options);
  });
}

void AddQuantizeDynamic(const QConfigDict& qconfigs, const QuantizeOptions& options,
                        ir::PassManager* manager) {
  manager->Add(
      "prepare-dynamic",
      [qconfigs](ir::Rewriter& rewriter, ir::PassContext& context) {
        return PrepareDynamicPass(rewriter, context, qconfigs);
      },
      "observers for the activations and weights to be quantized");
  manager->Add(
      "convert-dynamic",
      [options](ir::Rewriter& rewriter, ir::PassContext&) {
        return ConvertDynamicPass(rewriter, options);
      },
      "observed linears -> quantize_dynamic and qlinear");
}

}  // namespace octet::quant
