// Chooses the precision of attention, module by module.
#ifndef OCTET_QUANT_ATTENTION_PRECISION_H_
#define OCTET_QUANT_ATTENTION_PRECISION_H_

#include "ir/passes/pass.h"
#include "quant/qconfig.h"

namespace octet::quant {

// Sets the attribute `precision` of every attention: what the qconfig of its module says; f32 where
// that is null; `model` where the qconfig does not say, or no entry covers the module. Not every
// CPU has every precision: runtime::Compile checks. InvalidArgument when an entry other than ""
// names a precision and there is no attention in its module. The module is unusable after an error.
Status SetAttentionPrecisionPass(ir::Rewriter& rewriter, const QConfigDict& qconfigs,
                                 ir::AttentionPrecision model);

}  // namespace octet::quant

#endif  // OCTET_QUANT_ATTENTION_PRECISION_H_
