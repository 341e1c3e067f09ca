#include "runtime/steps/attention_heads.h"

#include <vector>

#include "runtime/read_columns.h"

namespace octet::runtime {
namespace {

// The bfloat16 kernel was asked for, and covers the op's head size.
bool UsesBf16(const ir::Op& op, const CompileContext& context) {
  const ir::Dim& hidden = op.operand(0)->shape().back();
  const int64_t covered = op.int_attr("heads") * kernels::kAttentionBf16HeadDim;
  return context.options().attention == AttentionPrecision::kBf16 && hidden.is_static() &&
         hidden.coefficient() % covered == 0;
}

}  // namespace

AttentionHeads AttentionHeads::From(const ir::Op& op, CompileContext& context) {
  const kernels::KernelTable& table = context.kernels();
  AttentionHeads heads;
  if (UsesBf16(op, context)) {
    heads.run_ = table.attention_bf16;
    heads.scratch_floats_ = table.attention_bf16_scratch;
    heads.name_ = "attention_bf16";
  } else {
    heads.run_ = table.attention_f32;
    heads.scratch_floats_ = table.attention_f32_scratch;
    heads.name_ = "attention_f32";
  }
  heads.heads_ = op.int_attr("heads");
  heads.scale_ = static_cast<float>(op.float_attr("scale"));
  std::vector<const ir::Value*> inputs(op.operands().begin(), op.operands().end());
  for (size_t i = 0; i < heads.first_column_.size(); ++i) {
    const Columns columns = ReadColumns(op, static_cast<int>(i));
    inputs[i] = columns.rows;
    heads.first_column_[i] = columns.first;
  }
  context.set_inputs(std::move(inputs));
  return heads;
}

std::string AttentionHeads::notes() const {
  if (first_column_ == std::array<int64_t, 3>{}) return {};
  return "from columns " + std::to_string(first_column_[0]) + ", " +
         std::to_string(first_column_[1]) + ", " + std::to_string(first_column_[2]);
}

void AttentionHeads::Run(const StepRun& run, const Head& head) const {
  const int64_t hidden = run.output_dims().back();
  const int64_t head_dim = hidden / heads_;
  const auto stride = [&](int input) { return run.input_dims(input).back(); };
  const auto row = [&](int input, int64_t index) {
    return run.input<float>(input) + index * stride(input) +
           first_column_[static_cast<size_t>(input)] + head.index * head_dim;
  };
  run_({.q = row(0, head.query),
        .ldq = stride(0),
        .k = row(1, head.key),
        .ldk = stride(1),
        .v = row(2, head.key),
        .ldv = stride(2),
        .out = run.output<float>() + head.query * hidden + head.index * head_dim,
        .ldo = hidden,
        .queries = head.queries,
        .keys = head.keys,
        .head_dim = head_dim,
        .scale = scale_,
        .mask = head.mask,
        .mask_row_stride = head.mask_row_stride,
        .scratch = head.scratch});
}

}  // namespace octet::runtime
