// Dynamic quantization: linears whose weights are constants become int8 products of weights
// quantized here and activations quantized while running (docs/quantization.md).
//
// The functions on modules leave a verified module in stage quant, or, after an error, the module
// as it was.
#ifndef OCTET_QUANT_QUANTIZE_DYNAMIC_H_
#define OCTET_QUANT_QUANTIZE_DYNAMIC_H_

#include "ir/graph.h"
#include "ir/passes/pass.h"
#include "quant/qconfig.h"

namespace octet::quant {

// A linear with more inputs stays in float: its integer sums might not fit in 32 bits.
inline constexpr int64_t kMaxQuantizedInputs = 32768;

struct QuantizeOptions {
  // Weights and quantized activations are f32 tensors of the same integers, so that the products
  // can be computed in float arithmetic.
  bool debug = false;
};

// Puts an `observe` on the activation and on the weight of every `linear` that `qconfigs` selects
// and whose weight is a constant f32[k, n] with k up to kMaxQuantizedInputs; other linears stay as
// they are, and the report says why. One observe for each value and scheme. Errors: InvalidArgument
// when a path of `qconfigs` does not hold a linear with a constant weight; Unsupported, naming
// module and scheme, for symmetric activations in PyTorch's formula.
Status PrepareDynamic(ir::Module* module, const QConfigDict& qconfigs);

// Turns every observed linear into quantize_dynamic and qlinear, and takes the observes away.
// A value that several linears read is quantized once. A weight named W becomes the constants
// W_quantized, W_scale and W_zero_point; the float weight vanishes with its last use.
// Errors: InvalidModel, naming tensor and element, for a NaN or an infinity in a weight;
// InvalidArgument when a linear is observed on one side only.
Status ConvertDynamic(ir::Module* module, const QuantizeOptions& options = {});

// PrepareDynamic, then ConvertDynamic.
Status QuantizeDynamic(ir::Module* module, const QConfigDict& qconfigs,
                       const QuantizeOptions& options = {});

// The same as passes, for a pass manager. The module is unusable after an error. PrepareDynamicPass
// explains which linears stay in float, and why.
Status PrepareDynamicPass(ir::Rewriter& rewriter, ir::PassContext& context,
                          const QConfigDict& qconfigs);
Status ConvertDynamicPass(ir::Rewriter& rewriter, const QuantizeOptions& options);

// Both, as "prepare-dynamic" and "convert-dynamic".
void AddQuantizeDynamic(const QConfigDict& qconfigs, const QuantizeOptions& options,
                        ir::PassManager* manager);

}  // namespace octet::quant

#endif  // OCTET_QUANT_QUANTIZE_DYNAMIC_H_
