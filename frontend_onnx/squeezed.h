// Values whose rank is known only when the model runs: results of a Squeeze without axes when a
// dimension may or may not be 1.
#ifndef OCTET_FRONTEND_ONNX_SQUEEZED_H_
#define OCTET_FRONTEND_ONNX_SQUEEZED_H_

#include <functional>
#include <vector>

#include "ir/rewriter.h"

namespace octet::frontend_onnx {

// Makes the values of a node's outputs from its operands, at the end of the module.
using ConvertFunction =
    std::function<Result<std::vector<ir::Value*>>(std::vector<ir::Value*> operands)>;

// Calls `convert` with operands of fixed rank. When an operand is the result of a `squeeze`, the
// node is converted for the operand of the squeeze, and its result is squeezed instead:
// f(squeeze(x)) is squeeze(f(x)) for elementwise ops and for a product with a matrix. Any other
// node gets the operand with all axes, checked by a `require_not_one`: a run in which the squeeze
// would remove an axis is an error.
Result<std::vector<ir::Value*>> ConvertSqueezed(std::vector<ir::Value*> operands,
                                                const ConvertFunction& convert,
                                                ir::Rewriter* rewriter);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_SQUEEZED_H_
