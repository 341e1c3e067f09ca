#include "quant/quantize_dynamic.h"

#include "ir/verifier.h"

namespace octet::quant {

Result<ir::Module> PrepareDynamic(const ir::Module& module, const QConfigDict& qconfigs) {
  ir::Module prepared = module.Clone();
  ir::Rewriter rewriter(&prepared);
  OCTET_RETURN_IF_ERROR(PrepareDynamicPass(rewriter, qconfigs));
  OCTET_RETURN_IF_ERROR(ir::Verify(prepared));
  return prepared;
}

Result<ir::Module> ConvertDynamic(const ir::Module& prepared, const ConvertOptions& options) {
  ir::Module converted = prepared.Clone();
  ir::Rewriter rewriter(&converted);
  OCTET_RETURN_IF_ERROR(ConvertDynamicPass(rewriter, options));
  OCTET_RETURN_IF_ERROR(ir::Verify(converted));
  return converted;
}

Result<ir::Module> QuantizeDynamic(const ir::Module& module, const QConfigDict& qconfigs,
                                   const ConvertOptions& options) {
  OCTET_ASSIGN_OR_RETURN(const ir::Module prepared, PrepareDynamic(module, qconfigs));
  return ConvertDynamic(prepared, options);
}

}  // namespace octet::quant
