// The kernel of an attention op, for the precision that the program is compiled with.
#ifndef OCTET_RUNTIME_STEPS_ATTENTION_KERNEL_H_
#define OCTET_RUNTIME_STEPS_ATTENTION_KERNEL_H_

#include "runtime/compile_context.h"

namespace octet::runtime {

struct AttentionKernel {
  kernels::AttentionF32Fn run;
  kernels::AttentionScratchFn scratch_floats;
  const char* name;
};

// The bfloat16 one where it was asked for and covers the op's head size.
inline AttentionKernel ChooseAttentionKernel(const ir::Op& op, const CompileContext& context) {
  const kernels::KernelTable& table = context.kernels();
  const ir::Dim& hidden = op.operand(0)->shape().back();
  const int64_t covered = op.int_attr("heads") * kernels::kAttentionBf16HeadDim;
  if (context.options().attention == AttentionPrecision::kBf16 && hidden.is_static() &&
      hidden.coefficient() % covered == 0) {
    return {table.attention_bf16, table.attention_bf16_scratch, "attention_bf16"};
  }
  return {table.attention_f32, table.attention_f32_scratch, "attention_f32"};
}

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_ATTENTION_KERNEL_H_
