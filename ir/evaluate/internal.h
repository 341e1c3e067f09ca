// The functions behind ir::Evaluate, one for each op or family of ops. The files of this folder
// define them, by theme.
#ifndef OCTET_IR_EVALUATE_INTERNAL_H_
#define OCTET_IR_EVALUATE_INTERNAL_H_

#include <span>

#include "ir/evaluate/evaluate.h"

namespace octet::ir {

// The arguments of these functions: concrete inputs and the one output, whose dims are already set.
struct EvalContext {
  const OpSpec& op;
  std::span<const TensorView> inputs;
  const MutableTensorView& output;
  const SymbolBinding& binding;
};

// shape_ops.cc
Status EvaluateSymbolic(const EvalContext& context);
Status EvaluateIota(const EvalContext& context);
Status EvaluateReshape(const EvalContext& context);
Status EvaluateExpand(const EvalContext& context);
Status EvaluateTranspose(const EvalContext& context);
Status EvaluateConcat(const EvalContext& context);
Status EvaluateSlice(const EvalContext& context);
Status EvaluateRequireNotOne(const EvalContext& context);
Status EvaluatePad(const EvalContext& context);

// gather.cc
Status EvaluateGather(const EvalContext& context);
Status EvaluateGatherNd(const EvalContext& context);
Status EvaluateGatherElements(const EvalContext& context);
Status EvaluateScatterElements(const EvalContext& context);
Status EvaluateScatterNd(const EvalContext& context);

// order.cc
Status EvaluateArgExtreme(const EvalContext& context);
Status EvaluateTopK(const EvalContext& context);

// cast.cc: between all dtypes
Status EvaluateCast(const EvalContext& context);

// binary.cc: arithmetic, comparisons, logic
Status EvaluateBinary(const EvalContext& context);
Status EvaluateWhere(const EvalContext& context);

// pow.cc
Status EvaluatePow(const EvalContext& context);

// unary.cc
Status EvaluateUnary(const EvalContext& context);

// reduce.cc
Status EvaluateCumSum(const EvalContext& context);
Status EvaluateReduce(const EvalContext& context);

// conv.cc
Status EvaluateConv(const EvalContext& context);

// matrix.cc: for types other than f32, which has kernels
Status EvaluateMatMul(const EvalContext& context);
Status EvaluateSoftmax(const EvalContext& context);

}  // namespace octet::ir

#endif  // OCTET_IR_EVALUATE_INTERNAL_H_
