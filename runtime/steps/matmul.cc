// numpy.matmul in f32: batches of products, whose leading axes broadcast.
#include "runtime/steps/broadcast.h"
#include "runtime/steps/gemm_blocks.h"
#include "runtime/steps/linear.h"
#include "runtime/steps/scratch.h"

namespace octet::runtime {
namespace {

// The axes that count batches: all but the last two.
std::span<const int64_t> BatchDims(const std::vector<int64_t>& dims) {
  return std::span(dims).first(dims.size() - 2);
}

int64_t Product(std::span<const int64_t> dims) {
  int64_t product = 1;
  for (const int64_t dim : dims) product *= dim;
  return product;
}

// Both operands have rank 2 or more. Every matrix on the right is packed into scratch first, then
// the rows of all products are computed.
class BatchedMatMul final : public Step {
 public:
  explicit BatchedMatMul(const kernels::GemmF32& gemm) : gemm_(gemm) {}

  int64_t ScratchBytes(const StepShapes& shapes) const override {
    const std::vector<int64_t>& b = shapes.inputs[1].dims;
    return PackedBytes(b) * Product(BatchDims(b));
  }

  Status Run(const StepRun& run) const override {
    const std::vector<int64_t>& a_dims = run.input_dims(0);
    const std::vector<int64_t>& b_dims = run.input_dims(1);
    const int64_t m = a_dims[a_dims.size() - 2];
    const int64_t k = a_dims.back();
    const int64_t n = b_dims.back();
    if (run.outputs[0].num_elements() == 0) return {};
    const float* a = run.input<float>(0);
    const float* b = run.input<float>(1);
    float* c = run.output<float>();

    const int64_t packed_bytes = PackedBytes(b_dims);
    run.pool.ParallelFor(Product(BatchDims(b_dims)), [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        gemm_.pack(b + i * k * n, n, 1, n, k, run.scratch + i * packed_bytes);
      }
    });

    const auto batch = BatchDims(run.output_dims());
    const Broadcast a_of(BatchDims(a_dims), batch);
    const Broadcast b_of(BatchDims(b_dims), batch);
    run.pool.ParallelFor(Product(batch) * m, [&](int64_t begin, int64_t end, int) {
      for (int64_t row = begin; row < end;) {
        const int64_t i = row / m;
        const int64_t m0 = row % m;
        const int64_t m1 = std::min(m, m0 + end - row);
        const kernels::GemmF32Args args = {.a = a + a_of.Offset(i) * m * k,
                                           .lda = k,
                                           .b = run.scratch + b_of.Offset(i) * packed_bytes,
                                           .bias = nullptr,
                                           .n = n,
                                           .k = k,
                                           .c = c + i * m * n,
                                           .ldc = n};
        gemm_.run(args, m0, m1, 0, n);
        row += m1 - m0;
      }
    });
    return {};
  }

  std::string kernel() const override { return gemm_.name; }

 private:
  int64_t PackedBytes(const std::vector<int64_t>& b) const {
    return AlignedBytes(static_cast<int64_t>(gemm_.packed_bytes(b.back(), b[b.size() - 2])));
  }

  const kernels::GemmF32& gemm_;
};

}  // namespace

Result<MadeStep> MakeMatMul(const ir::Op& op, CompileContext& context) {
  const ir::MatMulOp matmul(op);
  const ir::Type& a = matmul.a()->type();
  const ir::Type& b = matmul.b()->type();
  if (a.dtype != ir::DType::kF32) return MakeEvaluate(op, context);
  const bool constant = matmul.b()->constant() != nullptr;
  if (b.rank() <= 2 && (constant || b.rank() == 2)) {
    return MakeLinearStep(matmul.a(), matmul.b(), Epilogue{}, context);
  }
  if (a.rank() < 2 || b.rank() < 2 || op.result()->rank() > kMaxBroadcastRank) {
    return Unsupported("matmul of " + a.ToString() + " and " + b.ToString() +
                       ": batches of vectors and more than 8 axes have no kernel");
  }
  return MadeStep{std::make_unique<BatchedMatMul>(*context.kernels().gemm_f32), AllOperands(op)};
}

}  // namespace octet::runtime
