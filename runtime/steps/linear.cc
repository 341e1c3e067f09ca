#include "runtime/steps/linear.h"

#include "runtime/steps/activation.h"
#include "runtime/steps/gemm_blocks.h"

namespace octet::runtime {
namespace {

class LinearStep final : public Step {
 public:
  LinearStep(const kernels::GemmF32& gemm, std::shared_ptr<const PackedMatrix> weight,
             bool has_bias, kernels::UnaryF32Fn activation, int64_t row_block)
      : gemm_(gemm),
        weight_(std::move(weight)),
        has_bias_(has_bias),
        activation_(activation),
        row_block_(row_block) {}

  int64_t ScratchBytes(const StepShapes& shapes) const override {
    if (weight_ != nullptr) return 0;
    const std::vector<int64_t>& w = shapes.inputs[1].dims;
    return static_cast<int64_t>(gemm_.packed_bytes(w[1], w[0]));
  }

  Status Run(const StepRun& run) const override {
    const int64_t n = weight_ != nullptr ? weight_->n : run.input_dims(1)[1];
    const int64_t k = weight_ != nullptr ? weight_->k : run.input_dims(1)[0];
    if (n == 0) return {};
    const void* packed = run.scratch;
    if (weight_ != nullptr) {
      packed = weight_->bytes.data();
    } else {
      gemm_.pack(run.input<float>(1), n, 1, n, k, run.scratch);
    }
    const kernels::GemmF32Args args = {
        .a = run.input<float>(0),
        .lda = k,
        .b = packed,
        .bias = has_bias_ ? run.input<float>(run.num_inputs() - 1) : nullptr,
        .n = n,
        .k = k,
        .c = run.output<float>(),
        .ldc = n};
    const GemmShape shape = {run.outputs[0].num_elements() / n, n, gemm_.tile_m, gemm_.tile_n};
    ForEachGemmBlock(run.pool, shape, row_block_, [&](const GemmBlock& block, int) {
      gemm_.run(args, block.m0, block.m1, block.n0, block.n1);
      ApplyActivation(activation_, block, n, args.c);
    });
    return {};
  }

  std::string kernel() const override { return gemm_.name; }

 private:
  const kernels::GemmF32& gemm_;
  std::shared_ptr<const PackedMatrix> weight_;  // null: packed in each run
  bool has_bias_;
  kernels::UnaryF32Fn activation_;
  int64_t row_block_;
};

}  // namespace

Status CheckHasData(const ir::Tensor& constant) {
  if (constant.has_data()) return {};
  return InvalidModel("a constant is known only as " + constant.Describe() + ", without its data");
}

Result<std::unique_ptr<Step>> MakeLinearStep(const ir::Value* x, const ir::Value* w,
                                             const ir::Value* bias, kernels::UnaryF32Fn activation,
                                             CompileContext& context) {
  std::shared_ptr<const PackedMatrix> weight;
  std::vector<const ir::Value*> inputs = {x};
  if (const ir::Tensor* constant = w->constant()) {
    OCTET_RETURN_IF_ERROR(CheckHasData(*constant));
    const int64_t k = constant->dims()[0];
    const int64_t n = constant->dims().size() == 1 ? 1 : constant->dims()[1];
    OCTET_ASSIGN_OR_RETURN(weight, context.PackF32(constant->as<float>(), n, 1, n, k));
  } else {
    inputs.push_back(w);
  }
  if (bias != nullptr) inputs.push_back(bias);
  context.set_inputs(std::move(inputs));
  return std::unique_ptr<Step>(
      std::make_unique<LinearStep>(*context.kernels().gemm_f32, std::move(weight), bias != nullptr,
                                   activation, context.options().row_block));
}

Result<std::unique_ptr<Step>> MakeLinear(const ir::Op& op, CompileContext& context) {
  OCTET_ASSIGN_OR_RETURN(const kernels::UnaryF32Fn activation,
                         FindActivation(op, context.kernels()));
  const ir::Value* bias = op.num_operands() > 2 ? op.operand(2) : nullptr;
  return MakeLinearStep(op.operand(0), op.operand(1), bias, activation, context);
}

}  // namespace octet::runtime
