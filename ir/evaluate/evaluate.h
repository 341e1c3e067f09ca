// Executes the ops whose meaning needs no kernel: shape ops, Cast, Transpose, Gather, elementwise
// arithmetic. Constant folding and the runtime's generic steps both call it, so both give the same
// bits on every CPU: plain C++, IEEE operations only (+ - * / sqrt fma), no libm transcendental.
#ifndef OCTET_IR_EVALUATE_EVALUATE_H_
#define OCTET_IR_EVALUATE_EVALUATE_H_

#include <span>

#include "ir/graph.h"

namespace octet::ir {

// Whether Evaluate implements the op for these operands: their dtypes fit and all are present.
bool CanEvaluate(const Op& op);

// Runs an op that CanEvaluate accepts on concrete inputs. `outputs` are dense, distinct from the
// inputs, and have the shapes that shape inference gave, evaluated under `binding`. Errors:
// InvalidArgument (an index out of range, for example), at the op's location. Thread-safe.
Status Evaluate(const OpSpec& op, std::span<const TensorView> inputs,
                std::span<const MutableTensorView> outputs, const SymbolBinding& binding);

// The result of an op with one result, in new memory. Further errors: OutOfMemory, ResourceLimit.
Result<Tensor> Evaluate(const Op& op, std::span<const TensorView> inputs,
                        const SymbolBinding& binding);
// The same for an op whose operands are constants with data and whose shape is static.
Result<Tensor> EvaluateConstants(const Op& op);

}  // namespace octet::ir

#endif  // OCTET_IR_EVALUATE_EVALUATE_H_
