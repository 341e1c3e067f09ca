// Multi-head attention on a padded batch, one (sentence, head) at a time.
#include <algorithm>

#include "runtime/steps/attention_heads.h"
#include "runtime/steps/broadcast.h"
#include "runtime/steps/scratch.h"

namespace octet::runtime {
namespace {

class AttentionStep final : public Step {
 public:
  explicit AttentionStep(const AttentionHeads& heads) : heads_(heads) {}

  int64_t ScratchBytes(const StepShapes& shapes) const override {
    return WorkerBytes(shapes.inputs, shapes.outputs[0].dims) * shapes.threads;
  }

  Status Run(const StepRun& run) const override {
    const int64_t batch = run.output_dims()[0];
    const int64_t queries = run.output_dims()[1];
    const int64_t keys = run.input_dims(1)[1];
    const int64_t heads = heads_.heads();
    if (run.outputs[0].num_elements() == 0) return {};
    const float* mask = run.num_inputs() > 3 ? run.input<float>(3) : nullptr;
    const std::array<int64_t, 4> scores = {batch, heads, queries, keys};
    const Broadcast mask_at(
        mask != nullptr ? std::span<const int64_t>(run.input_dims(3)) : std::span<const int64_t>(),
        scores);
    const bool expand = mask != nullptr && ExpandsMask(run.inputs);
    const int64_t worker_bytes = WorkerBytes(run.inputs, run.output_dims());

    run.pool.ParallelFor(batch * heads, [&](int64_t begin, int64_t end, int worker) {
      auto* scratch = WorkerScratch<std::byte>(run.scratch, worker_bytes, worker);
      for (int64_t i = begin; i < end; ++i) {
        const int64_t sentence = i / heads;
        const int64_t head = i % heads;
        const float* head_mask = nullptr;
        int64_t mask_row_stride = mask_at.stride(2);
        if (mask != nullptr) {
          head_mask = mask + sentence * mask_at.stride(0) + head * mask_at.stride(1);
        }
        if (expand) {
          auto* expanded =
              reinterpret_cast<float*>(scratch + KernelBytes(run.inputs, run.output_dims()));
          for (int64_t j = 0; j < queries * keys; ++j) {
            expanded[j] = head_mask[j / keys * mask_row_stride];
          }
          head_mask = expanded;
          mask_row_stride = keys;
        }
        heads_.Run(run, {.index = head,
                         .query = sentence * queries,
                         .queries = queries,
                         .key = sentence * keys,
                         .keys = keys,
                         .mask = head_mask,
                         .mask_row_stride = mask_row_stride,
                         .scratch = scratch});
      }
    });
    return {};
  }

  std::string kernel() const override { return heads_.kernel(); }
  std::string notes() const override { return heads_.notes(); }

 private:
  // The kernel reads whole mask rows. A mask that is the same for every key, [..., 1], which no
  // exporter writes but the op admits, is written out first.
  static bool ExpandsMask(std::span<const ir::TensorView> inputs) {
    if (inputs.size() < 4) return false;
    const std::vector<int64_t>& mask = inputs[3].dims;
    return inputs[1].dims[1] != 1 && (mask.empty() || mask.back() == 1);
  }

  int64_t KernelBytes(std::span<const ir::TensorView> inputs,
                      const std::vector<int64_t>& out) const {
    return AlignedBytes(heads_.ScratchBytes(inputs[1].dims[1], out[2]));
  }

  int64_t WorkerBytes(std::span<const ir::TensorView> inputs,
                      const std::vector<int64_t>& out) const {
    // Dims are below 2^31. What exceeds any memory is refused when it is planned.
    constexpr int64_t kTooMany = int64_t{1} << 45;
    const int64_t mask =
        ExpandsMask(inputs) ? std::min(inputs[0].dims[1] * inputs[1].dims[1], kTooMany) : 0;
    return KernelBytes(inputs, out) + AlignedBytes(mask * static_cast<int64_t>(sizeof(float)));
  }

  AttentionHeads heads_;
};

}  // namespace

Result<MadeStep> MakeAttention(const ir::Op& op, CompileContext& context) {
  OCTET_ASSIGN_OR_RETURN(const AttentionHeads heads, AttentionHeads::Create(op, context));
  return MadeStep{std::make_unique<AttentionStep>(heads), AttentionHeads::Inputs(op)};
}

}  // namespace octet::runtime
