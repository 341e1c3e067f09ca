// LayerNorm over the last axes, with or without a residual that is added first.
#include "ir/op_views.h"
#include "runtime/compile_context.h"

namespace octet::runtime {
namespace {

// Where each operand of the kernel is among the inputs; -1: there is none.
struct LayerNormInputs {
  int residual;
  int gamma;
  int beta;
};

class LayerNormStep final : public Step {
 public:
  LayerNormStep(kernels::LayerNormFn layer_norm, LayerNormInputs inputs, const ir::Op& op)
      : layer_norm_(layer_norm),
        inputs_(inputs),
        epsilon_(static_cast<float>(op.float_attr("epsilon"))) {}

  Status Run(const StepRun& run) const override {
    const int64_t cols = run.inputs[static_cast<size_t>(inputs_.gamma)].num_elements();
    if (cols == 0) return {};
    const float* x = run.input<float>(0);
    const float* residual = Find(run, inputs_.residual);
    const float* gamma = Find(run, inputs_.gamma);
    const float* beta = Find(run, inputs_.beta);
    float* y = run.output<float>();
    kernels::RowRange* range = run.ranges.output;
    const int64_t rows = run.outputs[0].num_elements() / cols;
    run.pool.ParallelFor(rows, [&](int64_t begin, int64_t end, int) {
      const int64_t first = begin * cols;
      layer_norm_({.x = x + first,
                   .residual = residual != nullptr ? residual + first : nullptr,
                   .gamma = gamma,
                   .beta = beta,
                   .epsilon = epsilon_,
                   .y = y + first,
                   .rows = end - begin,
                   .cols = cols,
                   .range = range != nullptr ? range + begin : nullptr});
    });
    return {};
  }

  bool runs_by_rows() const override { return true; }
  bool gives_row_ranges() const override { return true; }

  std::string kernel() const override { return "layer_norm_f32"; }

 private:
  static const float* Find(const StepRun& run, int input) {
    return input < 0 ? nullptr : run.input<float>(input);
  }

  kernels::LayerNormFn layer_norm_;
  LayerNormInputs inputs_;
  float epsilon_;
};

}  // namespace

Result<MadeStep> MakeLayerNorm(const ir::Op& op, CompileContext& context) {
  const ir::LayerNormOp norm(op);
  if (norm.x()->dtype() != ir::DType::kF32) {
    return Unsupported("layer_norm of " + norm.x()->type().ToString() +
                       ": there is a kernel for f32 only");
  }
  using Norm = ir::LayerNormOp;
  const LayerNormInputs inputs = {.residual = -1,
                                  .gamma = Norm::OperandIndex("gamma"),
                                  .beta = norm.beta() == nullptr ? -1 : Norm::OperandIndex("beta")};
  return MadeStep{std::make_unique<LayerNormStep>(context.kernels().layer_norm_f32, inputs, op),
                  AllOperands(op)};
}

Result<MadeStep> MakeAddLayerNorm(const ir::Op& op, CompileContext& context) {
  using Norm = ir::AddLayerNormOp;
  const LayerNormInputs inputs = {.residual = Norm::OperandIndex("residual"),
                                  .gamma = Norm::OperandIndex("gamma"),
                                  .beta = Norm::OperandIndex("beta")};
  return MadeStep{std::make_unique<LayerNormStep>(context.kernels().layer_norm_f32, inputs, op),
                  AllOperands(op)};
}

}  // namespace octet::runtime
