// exp, erf, tanh and GELU of f32, element by element.
#include "runtime/compile_context.h"

namespace octet::runtime {
namespace {

class UnaryStep final : public Step {
 public:
  UnaryStep(kernels::UnaryF32Fn fn, const char* kernel) : fn_(fn), kernel_(kernel) {}

  Status Run(const StepRun& run) const override {
    const float* x = run.input<float>(0);
    float* y = run.output<float>();
    run.pool.ParallelFor(run.outputs[0].num_elements(), [&](int64_t begin, int64_t end, int) {
      fn_(x + begin, y + begin, end - begin);
    });
    return {};
  }

  bool runs_by_rows() const override { return true; }

  std::string kernel() const override { return kernel_; }

 private:
  kernels::UnaryF32Fn fn_;
  const char* kernel_;
};

Result<MadeStep> MakeUnary(const ir::Op& op, kernels::UnaryF32Fn fn, const char* kernel) {
  const ir::Type& x = op.operand(0)->type();
  if (x.dtype != ir::DType::kF32) {
    return Unsupported(std::string(op.name()) + " of " + x.ToString() +
                       ": there is a kernel for f32 only");
  }
  return MadeStep{std::make_unique<UnaryStep>(fn, kernel), AllOperands(op)};
}

}  // namespace

Result<MadeStep> MakeExp(const ir::Op& op, CompileContext& context) {
  return MakeUnary(op, context.kernels().exp_f32, "exp_f32");
}

Result<MadeStep> MakeErf(const ir::Op& op, CompileContext& context) {
  return MakeUnary(op, context.kernels().erf_f32, "erf_f32");
}

Result<MadeStep> MakeTanh(const ir::Op& op, CompileContext& context) {
  return MakeUnary(op, context.kernels().tanh_f32, "tanh_f32");
}

Result<MadeStep> MakeGelu(const ir::Op& op, CompileContext& context) {
  return MakeUnary(op, context.kernels().gelu_f32, "gelu_f32");
}

}  // namespace octet::runtime
