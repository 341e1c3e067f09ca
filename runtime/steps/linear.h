// The float linear layer, shared by the ops `linear` and `matmul`.
#ifndef OCTET_RUNTIME_STEPS_LINEAR_H_
#define OCTET_RUNTIME_STEPS_LINEAR_H_

#include "runtime/compile_context.h"
#include "runtime/steps/epilogue.h"

namespace octet::runtime {

// y[rows, n] = activation(x[rows, k] w[k, n] + bias[n]) + residual[rows, n]; x is input 0 and may
// have any number of axes. A constant w (rank 1 or 2) is packed now, any other is input 1 and
// packed in each run.
Result<MadeStep> MakeLinearStep(const ir::Value* x, const ir::Value* w, const Epilogue& epilogue,
                                CompileContext& context);

// InvalidModel when a constant is known only by its description (a parsed dump of a big model).
Status CheckHasData(const ir::Tensor& constant);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_LINEAR_H_
