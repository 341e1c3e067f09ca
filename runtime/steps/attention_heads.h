// What the steps of both attention ops share: the kernel for the op's precision, and where the
// queries, keys and values of a head are.
#ifndef OCTET_RUNTIME_STEPS_ATTENTION_HEADS_H_
#define OCTET_RUNTIME_STEPS_ATTENTION_HEADS_H_

#include <array>
#include <string>
#include <vector>

#include "runtime/compile_context.h"

namespace octet::runtime {

// One head of one sentence, as rows of the step's inputs and output.
struct Head {
  int64_t index;
  int64_t query;  // the first of its rows in input 0 and in the output
  int64_t queries;
  int64_t key;  // the first of its rows in inputs 1 and 2
  int64_t keys;
  const float* mask;  // as in kernels::AttentionArgs
  int64_t mask_row_stride;
  void* scratch;  // ScratchBytes() bytes, 64-byte aligned
};

class AttentionHeads {
 public:
  // Of an attention or a ragged_attention. Unsupported when the kernels do not have its precision.
  static Result<AttentionHeads> Create(const ir::Op& op, const CompileContext& context);

  // What the step of such an op reads: its operands, as runtime/read_columns.h says.
  static std::vector<const ir::Value*> Inputs(const ir::Op& op);

  int64_t heads() const { return heads_; }
  std::string kernel() const { return attention_->name; }
  // Where q, k and v begin in the rows that are read; empty where they are those rows.
  std::string notes() const;

  // Bytes of scratch that a head needs, when the output of all heads has `hidden` columns.
  int64_t ScratchBytes(int64_t keys, int64_t hidden) const {
    return static_cast<int64_t>(attention_->scratch_bytes(keys, hidden / heads_));
  }

  void Run(const StepRun& run, const Head& head) const;

 private:
  AttentionHeads(const ir::Op& op, const CompileContext& context);

  const kernels::Attention* attention_;
  int64_t heads_;
  float scale_;
  bool zero_when_hidden_;
  std::array<int64_t, 3> first_column_;  // of operands 0 to 2, in the rows that are read
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_ATTENTION_HEADS_H_
