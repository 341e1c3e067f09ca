// Multi-head attention on packed tokens, each sentence at its own length, with a query for each of
// its tokens or one for all.
#include <algorithm>

#include "runtime/steps/attention_heads.h"
#include "runtime/steps/scratch.h"

namespace octet::runtime {
namespace {

class RaggedAttentionStep final : public Step {
 public:
  RaggedAttentionStep(const AttentionHeads& heads, bool query_per_sentence)
      : heads_(heads), query_per_sentence_(query_per_sentence) {}

  int64_t ScratchBytes(const StepShapes& shapes) const override {
    return WorkerBytes(shapes.inputs[1].dims, shapes.outputs[0].dims) * shapes.threads;
  }

  Status Run(const StepRun& run) const override {
    const int64_t tokens = run.input_dims(1)[0];
    const int64_t* length = run.input<int64_t>(4);
    const int64_t batch = run.input_dims(4)[0];
    OCTET_RETURN_IF_ERROR(CheckLayout(run.input<int64_t>(3), length, batch, tokens));
    if (run.outputs[0].num_elements() == 0) return {};
    double work = 0;
    for (int64_t i = 0; i < batch; ++i) {
      work += Cost(length[i]);
      if (query_per_sentence_ && length[i] == 0) FillZero(run, i);
    }
    if (work == 0) return {};
    // Heads, sentence by sentence, are shared out by their cost: a worker takes those that begin in
    // its part of the total.
    const double share = work * static_cast<double>(heads_.heads()) / run.pool.size();
    run.pool.Run([&](int worker) {
      auto* scratch = WorkerScratch<std::byte>(
          run.scratch, WorkerBytes(run.input_dims(1), run.output_dims()), worker);
      double begin = 0;
      for (int64_t i = 0; i < batch; ++i) {
        for (int64_t head = 0; head < heads_.heads(); ++head, begin += Cost(length[i])) {
          const int owner = std::min(static_cast<int>(begin / share), run.pool.size() - 1);
          if (owner == worker && length[i] > 0) RunHead(run, i, head, scratch);
        }
      }
    });
    return {};
  }

  std::string kernel() const override { return heads_.kernel(); }
  std::string notes() const override { return heads_.notes(); }

 private:
  // Multiply-adds of one head, but for a constant factor, with what is linear in the length
  // (packing, projections of the scores) at its weight for heads of about 64.
  double Cost(int64_t length) const {
    const auto n = static_cast<double>(length);
    return n * ((query_per_sentence_ ? 1 : n) + 16);
  }

  // The output of a query that has no keys.
  static void FillZero(const StepRun& run, int64_t row) {
    const int64_t columns = run.output_dims()[1];
    std::fill_n(run.output<float>() + row * columns, columns, 0.0f);
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

  void RunHead(const StepRun& run, int64_t sentence, int64_t head, void* scratch) const {
    const int64_t begin = run.input<int64_t>(3)[sentence];
    const int64_t length = run.input<int64_t>(4)[sentence];
    heads_.Run(run, {.index = head,
                     .query = query_per_sentence_ ? sentence : begin,
                     .queries = query_per_sentence_ ? 1 : length,
                     .key = begin,
                     .keys = length,
                     .mask = run.num_inputs() > 5 ? run.input<float>(5) + begin : nullptr,
                     .mask_row_stride = 0,
                     .scratch = scratch});
  }

  // No sentence has more keys than there are tokens.
  int64_t WorkerBytes(const std::vector<int64_t>& keys, const std::vector<int64_t>& out) const {
    return AlignedBytes(heads_.ScratchBytes(keys[0], out[1]));
  }

  AttentionHeads heads_;
  bool query_per_sentence_;
};

}  // namespace

Result<MadeStep> MakeRaggedAttention(const ir::Op& op, CompileContext& context) {
  const ir::RaggedAttentionOp attention(op);
  const bool query_per_sentence = attention.q()->shape()[0] != attention.k()->shape()[0];
  OCTET_ASSIGN_OR_RETURN(const AttentionHeads heads, AttentionHeads::Create(op, context));
  return MadeStep{std::make_unique<RaggedAttentionStep>(heads, query_per_sentence),
                  AttentionHeads::Inputs(op)};
}

}  // namespace octet::runtime
