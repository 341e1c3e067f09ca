#include "runtime/steps/linear.h"

#include "runtime/steps/gemm_blocks.h"

namespace octet::runtime {
namespace {

class LinearStep final : public Step {
 public:
  LinearStep(const kernels::GemmF32& gemm, std::shared_ptr<const PackedMatrix> weight,
             const EpilogueInputs& epilogue, bool gives_row_ranges)
      : gemm_(gemm),
        weight_(std::move(weight)),
        epilogue_(epilogue),
        gives_row_ranges_(gives_row_ranges) {}

  int64_t ScratchBytes(const StepShapes& shapes) const override {
    if (weight_ != nullptr) return 0;
    const std::vector<int64_t>& w = shapes.inputs[1].dims;
    return static_cast<int64_t>(gemm_.packed_bytes(w[1], w[0]));
  }

  Status Run(const StepRun& run) const override {
    const int64_t n = weight_ != nullptr ? weight_->n : run.input_dims(1)[1];
    const int64_t k = weight_ != nullptr ? weight_->k : run.input_dims(1)[0];
    if (run.outputs[0].num_elements() == 0) return {};
    const void* packed = run.scratch;
    if (weight_ != nullptr) {
      packed = weight_->bytes.get();
    } else {
      gemm_.pack(run.input<float>(1), n, 1, n, k, run.scratch);
    }
    const kernels::GemmF32Args args = {.a = run.input<float>(0),
                                       .lda = k,
                                       .b = packed,
                                       .bias = epilogue_.Bias(run),
                                       .n = n,
                                       .k = k,
                                       .c = run.output<float>(),
                                       .ldc = n,
                                       .epilogue = epilogue_.Bind(run, n)};
    const GemmShape shape = {run.outputs[0].num_elements() / n, n, gemm_.tile_m, gemm_.tile_n};
    ForEachGemmShare(run.pool, shape, [&](const GemmBlock& share, int) {
      gemm_.run(args, share.m0, share.m1, share.n0, share.n1);
    });
    return {};
  }

  // A weight that is packed in each run had better be packed for all rows at once.
  bool runs_by_rows() const override { return weight_ != nullptr; }

  BlockRows block_rows() const override { return {gemm_.tile_m}; }

  bool gives_row_ranges() const override { return gives_row_ranges_; }

  std::string kernel() const override { return gemm_.name; }

 private:
  const kernels::GemmF32& gemm_;
  std::shared_ptr<const PackedMatrix> weight_;  // null: packed in each run
  EpilogueInputs epilogue_;
  bool gives_row_ranges_;
};

}  // namespace

Status CheckHasData(const ir::Tensor& constant) {
  if (constant.has_data()) return {};
  return InvalidModel("a constant is known only as " + constant.Describe() + ", without its data");
}

Result<MadeStep> MakeLinearStep(const ir::Value* x, const ir::Value* w, const Epilogue& epilogue,
                                CompileContext& context) {
  // The product with a vector has no axis of n: its rows are not those of the output.
  const bool has_rows = w->rank() == 2;
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
  const auto epilogue_inputs = EpilogueInputs::Append(epilogue, &inputs);
  return MadeStep{std::make_unique<LinearStep>(*context.kernels().gemm_f32, std::move(weight),
                                               epilogue_inputs, has_rows),
                  std::move(inputs)};
}

Result<MadeStep> MakeLinear(const ir::Op& op, CompileContext& context) {
  const ir::LinearOp linear(op);
  return MakeLinearStep(linear.x(), linear.weight(), EpilogueOf(linear), context);
}

}  // namespace octet::runtime
