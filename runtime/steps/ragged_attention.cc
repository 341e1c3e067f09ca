// Multi-head attention on packed tokens, each sentence at its own length, with a query for each of
// its tokens or one for all.
#include <algorithm>

#include "runtime/steps/attention_kernel.h"
#include "runtime/steps/scratch.h"

namespace octet::runtime {
namespace {

class RaggedAttentionStep final : public Step {
 public:
  RaggedAttentionStep(const AttentionKernel& kernel, int64_t heads, double scale,
                      bool query_per_sentence)
      : kernel_(kernel),
        heads_(heads),
        scale_(static_cast<float>(scale)),
        query_per_sentence_(query_per_sentence) {}

  // No sentence has more keys than there are tokens.
  int64_t ScratchBytes(const StepShapes& shapes) const override {
    return WorkerBytes(shapes.inputs[1].dims) * shapes.threads;
  }

  Status Run(const StepRun& run) const override {
    const std::vector<int64_t>& dims = run.input_dims(1);
    const int64_t* length = run.input<int64_t>(4);
    const int64_t batch = run.input_dims(4)[0];
    OCTET_RETURN_IF_ERROR(CheckLayout(run.input<int64_t>(3), length, batch, dims[0]));
    if (run.outputs[0].num_elements() == 0) return {};
    double work = 0;
    for (int64_t i = 0; i < batch; ++i) work += Cost(length[i]);
    // Heads, sentence by sentence, are shared out by their cost: a worker takes those that begin in
    // its part of the total.
    const double share = work * static_cast<double>(heads_) / run.pool.size();
    run.pool.Run([&](int worker) {
      auto* scratch = WorkerScratch<float>(run.scratch, WorkerBytes(dims), worker);
      double begin = 0;
      for (int64_t i = 0; i < batch; ++i) {
        for (int64_t head = 0; head < heads_; ++head, begin += Cost(length[i])) {
          const int owner = std::min(static_cast<int>(begin / share), run.pool.size() - 1);
          if (owner == worker && length[i] > 0) RunHead(run, i, head, scratch);
        }
      }
    });
    return {};
  }

  std::string kernel() const override { return kernel_.name; }

 private:
  // Multiply-adds of one head, but for a constant factor, with what is linear in the length
  // (packing, projections of the scores) at its weight for heads of about 64.
  double Cost(int64_t length) const {
    const auto n = static_cast<double>(length);
    return n * ((query_per_sentence_ ? 1 : n) + 16);
  }

  // The sentences must follow each other without gaps, so that every token is written once.
  static Status CheckLayout(const int64_t* begin, const int64_t* length, int64_t batch,
                            int64_t tokens) {
    int64_t next = 0;
    for (int64_t i = 0; i < batch; ++i) {
      if (begin[i] != next || length[i] < 0 || length[i] > tokens - next) {
        return InvalidArgument("sentence " + std::to_string(i) + " is not where it should be");
      }
      next += length[i];
    }
    if (next == tokens) return {};
    return InvalidArgument("the sentences have " + std::to_string(next) + " tokens, not " +
                           std::to_string(tokens));
  }

  void RunHead(const StepRun& run, int64_t sentence, int64_t head, float* scratch) const {
    const int64_t hidden = run.input_dims(0)[1];
    const int64_t head_dim = hidden / heads_;
    const int64_t begin = run.input<int64_t>(3)[sentence];
    const int64_t length = run.input<int64_t>(4)[sentence];
    const int64_t at = begin * hidden + head * head_dim;
    const int64_t query = query_per_sentence_ ? sentence * hidden + head * head_dim : at;
    kernel_.run({.q = run.input<float>(0) + query,
                 .ldq = hidden,
                 .k = run.input<float>(1) + at,
                 .ldk = hidden,
                 .v = run.input<float>(2) + at,
                 .ldv = hidden,
                 .out = run.output<float>() + query,
                 .ldo = hidden,
                 .queries = query_per_sentence_ ? 1 : length,
                 .keys = length,
                 .head_dim = head_dim,
                 .scale = scale_,
                 .mask = run.num_inputs() > 5 ? run.input<float>(5) + begin : nullptr,
                 .mask_row_stride = 0,
                 .scratch = scratch});
  }

  int64_t WorkerBytes(const std::vector<int64_t>& dims) const {
    const size_t floats = kernel_.scratch_floats(dims[0], dims[1] / heads_);
    return AlignedBytes(static_cast<int64_t>(floats * sizeof(float)));
  }

  AttentionKernel kernel_;
  int64_t heads_;
  float scale_;
  bool query_per_sentence_;
};

}  // namespace

Result<std::unique_ptr<Step>> MakeRaggedAttention(const ir::Op& op, CompileContext& context) {
  return std::unique_ptr<Step>(std::make_unique<RaggedAttentionStep>(
      ChooseAttentionKernel(op, context), op.int_attr("heads"), op.float_attr("scale"),
      op.operand(0)->shape()[0] != op.operand(1)->shape()[0]));
}

}  // namespace octet::runtime
