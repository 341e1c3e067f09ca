#include "runtime/steps/attention_heads.h"

#include "ir/attention_precision.h"
#include "runtime/attention_precision.h"
#include "runtime/read_columns.h"

namespace octet::runtime {
namespace {

// The op is in bfloat16, and its kernel covers the head size.
bool UsesBf16(const ir::Op& op, const CompileContext& context) {
  const ir::Dim& hidden = op.operand(0)->shape().back();
  if (ir::AttentionPrecisionOf(op) != AttentionPrecision::kBf16 || !hidden.is_static())
    return false;
  const int64_t multiple = context.kernels().attention_bf16->head_dim_multiple;
  return hidden.constant() % (op.int_attr("heads") * multiple) == 0;
}

}  // namespace

Result<AttentionHeads> AttentionHeads::Create(const ir::Op& op, const CompileContext& context) {
  OCTET_RETURN_IF_ERROR(CheckAttentionPrecision(*ir::AttentionPrecisionOf(op), context.kernels()));
  return AttentionHeads(op, context);
}

AttentionHeads::AttentionHeads(const ir::Op& op, const CompileContext& context)
    : heads_(op.int_attr("heads")), scale_(static_cast<float>(op.float_attr("scale"))) {
  const ir::Attribute* zero = op.FindAttribute("zero_when_hidden");
  zero_when_hidden_ = zero != nullptr && std::get<int64_t>(*zero) != 0;
  const kernels::KernelTable& table = context.kernels();
  attention_ = UsesBf16(op, context) ? table.attention_bf16 : table.attention_f32;
  for (size_t i = 0; i < first_column_.size(); ++i) {
    first_column_[i] = ReadColumns(op, static_cast<int>(i)).first;
  }
}

std::vector<const ir::Value*> AttentionHeads::Inputs(const ir::Op& op) {
  std::vector<const ir::Value*> inputs;
  // A mask, the one operand that may be absent, is the last.
  for (int i = 0; i < op.num_operands(); ++i) inputs.push_back(ReadColumns(op, i).rows);
  return inputs;
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
  attention_->run({.q = row(0, head.query),
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
                   .scratch = head.scratch,
                   .zero_when_hidden = zero_when_hidden_});
}

}  // namespace octet::runtime
