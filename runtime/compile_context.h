// What the makers of steps are given (the kernels, and a place where equal weights are packed once)
// and what they return.
#ifndef OCTET_RUNTIME_COMPILE_CONTEXT_H_
#define OCTET_RUNTIME_COMPILE_CONTEXT_H_

#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "ir/op_views.h"
#include "kernels/kernel_table.h"
#include "runtime/compile.h"
#include "runtime/slab_allocator.h"
#include "runtime/step.h"

namespace octet::runtime {

// Weights in the form that one GEMM family reads.
struct PackedMatrix {
  std::shared_ptr<const std::byte> bytes;
  int64_t n;
  int64_t k;
};

// A step, and the values that it reads as StepRun::inputs.
struct MadeStep {
  std::unique_ptr<Step> step;
  std::vector<const ir::Value*> inputs;
};

// The inputs of a step that reads what its op does: the operands that are there. Others read less
// (a weight that they have packed), or what an operand is sliced from (runtime/read_columns.h).
std::vector<const ir::Value*> AllOperands(const ir::Op& op);

class CompileContext {
 public:
  CompileContext(const kernels::KernelTable& kernels, const CompileOptions& options)
      : kernels_(kernels), options_(options) {}

  const kernels::KernelTable& kernels() const { return kernels_; }
  const CompileOptions& options() const { return options_; }

  // Packs b[k, n], whose element (p, j) is at b[p * stride_k + j * stride_n], unless a matrix at
  // this address was packed before in the same way. OutOfMemory.
  Result<std::shared_ptr<const PackedMatrix>> PackF32(const float* b, int64_t stride_k,
                                                      int64_t stride_n, int64_t n, int64_t k);
  // The same for b[k, n] dense.
  Result<std::shared_ptr<const PackedMatrix>> PackU8S8(const int8_t* b, int64_t n, int64_t k);

  // Memory for what a step packs for itself. OutOfMemory.
  Result<std::shared_ptr<std::byte>> AllocatePacked(size_t bytes);
  // Bytes of all that was packed.
  int64_t packed_bytes() const { return packed_bytes_; }

 private:
  // Address, strides, n and k: a matrix and the way it was packed. No address is used twice:
  // constants are not made while a module is compiled.
  using Key = std::tuple<const void*, int64_t, int64_t, int64_t, int64_t>;

  template <typename Pack>
  Result<std::shared_ptr<const PackedMatrix>> PackOnce(const Key& key, size_t bytes,
                                                       const Pack& pack);

  const kernels::KernelTable& kernels_;
  const CompileOptions& options_;
  std::map<Key, std::shared_ptr<const PackedMatrix>> packed_;
  SlabAllocator slabs_;
  int64_t packed_bytes_ = 0;
};

// The makers of the ops that have a step of their own; each is defined in a file of steps/.
// Unsupported when the step does not cover the op's types.
#define OCTET_STEP(Name) Result<MadeStep> Make##Name(const ir::Op& op, CompileContext& context);
#include "runtime/steps.def"
#undef OCTET_STEP

// What every other op gets: ir::Evaluate, on one thread.
Result<MadeStep> MakeEvaluate(const ir::Op& op, CompileContext& context);
// Copies its input to its output: for graph outputs that are an argument or a constant.
std::unique_ptr<Step> MakeCopy();

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_COMPILE_CONTEXT_H_
