// Multi-head attention on a padded batch, one (sentence, head) at a time.
#include "runtime/steps/attention_kernel.h"
#include "runtime/steps/broadcast.h"
#include "runtime/steps/scratch.h"

namespace octet::runtime {
namespace {

class AttentionStep final : public Step {
 public:
  AttentionStep(const AttentionKernel& kernel, int64_t heads, double scale)
      : kernel_(kernel), heads_(heads), scale_(static_cast<float>(scale)) {}

  int64_t ScratchBytes(const StepShapes& shapes) const override {
    return WorkerBytes(shapes.inputs) * shapes.threads;
  }

  Status Run(const StepRun& run) const override {
    const std::vector<int64_t>& q_dims = run.input_dims(0);
    const int64_t batch = q_dims[0];
    const int64_t queries = q_dims[1];
    const int64_t hidden = q_dims[2];
    const int64_t keys = run.input_dims(1)[1];
    const int64_t head_dim = hidden / heads_;
    if (run.outputs[0].num_elements() == 0) return {};
    const float* mask = run.num_inputs() > 3 ? run.input<float>(3) : nullptr;
    const std::array<int64_t, 4> scores = {batch, heads_, queries, keys};
    const Broadcast mask_at(
        mask != nullptr ? std::span<const int64_t>(run.input_dims(3)) : std::span<const int64_t>(),
        scores);
    const bool expand = mask != nullptr && ExpandsMask(run.inputs);
    const int64_t worker_bytes = WorkerBytes(run.inputs);

    run.pool.ParallelFor(batch * heads_, [&](int64_t begin, int64_t end, int worker) {
      auto* scratch = WorkerScratch<float>(run.scratch, worker_bytes, worker);
      for (int64_t i = begin; i < end; ++i) {
        const int64_t sentence = i / heads_;
        const int64_t head = i % heads_;
        const float* head_mask = nullptr;
        int64_t mask_row_stride = mask_at.stride(2);
        if (mask != nullptr) {
          head_mask = mask + sentence * mask_at.stride(0) + head * mask_at.stride(1);
        }
        if (expand) {
          float* expanded = scratch + KernelFloats(run.inputs);
          for (int64_t j = 0; j < queries * keys; ++j) {
            expanded[j] = head_mask[j / keys * mask_row_stride];
          }
          head_mask = expanded;
          mask_row_stride = keys;
        }
        const int64_t q_at = sentence * queries * hidden + head * head_dim;
        const int64_t k_at = sentence * keys * hidden + head * head_dim;
        kernel_.run({.q = run.input<float>(0) + q_at,
                     .ldq = hidden,
                     .k = run.input<float>(1) + k_at,
                     .ldk = hidden,
                     .v = run.input<float>(2) + k_at,
                     .ldv = hidden,
                     .out = run.output<float>() + q_at,
                     .ldo = hidden,
                     .queries = queries,
                     .keys = keys,
                     .head_dim = head_dim,
                     .scale = scale_,
                     .mask = head_mask,
                     .mask_row_stride = mask_row_stride,
                     .scratch = scratch});
      }
    });
    return {};
  }

  std::string kernel() const override { return kernel_.name; }

 private:
  // The kernel reads whole mask rows. A mask that is the same for every key, [..., 1], which no
  // exporter writes but the op admits, is written out first.
  static bool ExpandsMask(std::span<const ir::TensorView> inputs) {
    if (inputs.size() < 4) return false;
    const std::vector<int64_t>& mask = inputs[3].dims;
    return inputs[1].dims[1] != 1 && (mask.empty() || mask.back() == 1);
  }

  int64_t KernelFloats(std::span<const ir::TensorView> inputs) const {
    return static_cast<int64_t>(
        kernel_.scratch_floats(inputs[1].dims[1], inputs[0].dims[2] / heads_));
  }

  int64_t WorkerBytes(std::span<const ir::TensorView> inputs) const {
    const int64_t mask = ExpandsMask(inputs) ? inputs[0].dims[1] * inputs[1].dims[1] : 0;
    return AlignedBytes((KernelFloats(inputs) + mask) * static_cast<int64_t>(sizeof(float)));
  }

  AttentionKernel kernel_;
  int64_t heads_;
  float scale_;
};

}  // namespace

Result<std::unique_ptr<Step>> MakeAttention(const ir::Op& op, CompileContext& context) {
  return std::unique_ptr<Step>(std::make_unique<AttentionStep>(
      ChooseAttentionKernel(op, context), op.int_attr("heads"), op.float_attr("scale")));
}

}  // namespace octet::runtime
