// A quantized linear layer in float arithmetic: debug mode.
#include <algorithm>

#include "runtime/steps/gemm_blocks.h"
#include "runtime/steps/qlinear.h"
#include "runtime/steps/scratch.h"

namespace octet::runtime {
namespace {

// Floats are exact for integers up to this.
constexpr int64_t kExactInteger = int64_t{1} << 24;
constexpr int64_t kMaxActivation = 255;
// Rows that are computed before the next ones are: they bound the scratch memory.
constexpr int64_t kBlockRows = 64;

// The longest power of two whose sums stay below kExactInteger: 512 for weights in [-128, 127], 256
// for weights in [-255, 255].
int64_t BlockLength(int64_t largest) {
  int64_t length = 1;
  while (kMaxActivation * largest * length * 2 < kExactInteger) length *= 2;
  return length;
}

struct FloatQLinearParts {
  std::vector<PackedMatrix> blocks;  // of `block` rows of the weight each, the last maybe fewer
  std::vector<int32_t> column_sum;
  int64_t n;
  int64_t k;
  int64_t block;
};

class FloatQLinear final : public Step {
 public:
  FloatQLinear(FloatQLinearParts parts, const EpilogueInputs& epilogue, CompileContext& context)
      : parts_(std::move(parts)),
        gemm_(*context.kernels().gemm_f32),
        dequantize_(context.kernels().dequantize),
        epilogue_(epilogue) {}

  int64_t ScratchBytes(const StepShapes& shapes) const override {
    return WorkerBytes(shapes.outputs[0].num_elements()) * shapes.threads;
  }

  Status Run(const StepRun& run) const override {
    const int64_t count = run.outputs[0].num_elements();
    if (count == 0) return {};
    const GemmShape shape = {count / parts_.n, parts_.n, gemm_.tile_m, gemm_.tile_n};
    const kernels::GemmEpilogue epilogue = epilogue_.Bind(run, parts_.n);
    ForEachGemmShare(run.pool, shape, [&](const GemmBlock& share, int worker) {
      for (int64_t m0 = share.m0; m0 < share.m1; m0 += kBlockRows) {
        const int64_t m1 = std::min(m0 + kBlockRows, share.m1);
        RunBlock(run, {m0, m1, share.n0, share.n1}, epilogue,
                 run.scratch + WorkerBytes(count) * worker);
      }
    });
    return {};
  }

  bool runs_by_rows() const override { return true; }

  BlockRows block_rows() const override { return {gemm_.tile_m}; }

  bool gives_row_ranges() const override { return true; }

  std::string kernel() const override { return gemm_.name; }

 private:
  // One block of rows: the sums of one K block, and of all so far.
  int64_t MaxRows(int64_t count) const {
    const int64_t m = parts_.n == 0 ? 0 : count / parts_.n;
    return std::min(m, kBlockRows);
  }
  int64_t CBytes(int64_t rows) const { return AlignedBytes(rows * parts_.n * int64_t{4}); }
  int64_t WorkerBytes(int64_t count) const { return 2 * CBytes(MaxRows(count)); }

  void RunBlock(const StepRun& run, const GemmBlock& block, kernels::GemmEpilogue epilogue,
                std::byte* scratch) const {
    const int64_t n = parts_.n;
    const int64_t k = parts_.k;
    const int64_t rows = block.m1 - block.m0;
    auto* sums = reinterpret_cast<float*>(scratch);
    auto* acc = reinterpret_cast<int32_t*>(scratch + CBytes(rows));
    const float* a = run.input<float>(kQLinearA) + block.m0 * k;
    for (int64_t i = 0; i < rows; ++i) std::fill(acc + i * n + block.n0, acc + i * n + block.n1, 0);
    for (size_t b = 0; b < parts_.blocks.size(); ++b) {
      gemm_.run({.a = a + static_cast<int64_t>(b) * parts_.block,
                 .lda = k,
                 .b = parts_.blocks[b].bytes.get(),
                 .bias = nullptr,
                 .n = n,
                 .k = parts_.blocks[b].k,
                 .c = sums,
                 .ldc = n},
                0, rows, block.n0, block.n1);
      for (int64_t i = 0; i < rows; ++i) {
        for (int64_t j = block.n0; j < block.n1; ++j) {
          acc[i * n + j] += static_cast<int32_t>(sums[i * n + j]);
        }
      }
    }
    const float* bias = epilogue_.Bias(run);
    if (epilogue.residual != nullptr) epilogue.residual += block.m0 * n + block.n0;
    if (epilogue.range != nullptr) epilogue.range += block.m0;
    dequantize_({.acc = acc + block.n0,
                 .ld_acc = n,
                 .a_scale = run.input<float>(kQLinearScale) + block.m0,
                 .a_zero_point = run.input<int32_t>(kQLinearZeroPoint) + block.m0,
                 .column_sum = parts_.column_sum.data() + block.n0,
                 .b_scale = run.input<float>(kQLinearWeightScale) + block.n0,
                 .bias = bias == nullptr ? nullptr : bias + block.n0,
                 .c = run.output<float>() + block.m0 * n + block.n0,
                 .ldc = n,
                 .m = rows,
                 .n = block.n1 - block.n0,
                 .epilogue = epilogue});
  }

  FloatQLinearParts parts_;
  const kernels::GemmF32& gemm_;
  kernels::DequantizeFn dequantize_;
  EpilogueInputs epilogue_;
};

}  // namespace

Result<std::unique_ptr<Step>> MakeFloatQLinear(const std::vector<float>& weight, int64_t n,
                                               int64_t k, int largest,
                                               const EpilogueInputs& epilogue,
                                               CompileContext& context) {
  const kernels::GemmF32& gemm = *context.kernels().gemm_f32;
  FloatQLinearParts parts = {
      .blocks = {}, .column_sum = {}, .n = n, .k = k, .block = BlockLength(largest)};
  for (int64_t p = 0; p < k; p += parts.block) {
    const int64_t length = std::min(parts.block, k - p);
    OCTET_ASSIGN_OR_RETURN(std::shared_ptr<std::byte> bytes,
                           context.AllocatePacked(gemm.packed_bytes(n, length)));
    gemm.pack(weight.data() + p * n, n, 1, n, length, bytes.get());
    parts.blocks.push_back({std::move(bytes), n, length});
  }
  parts.column_sum.resize(static_cast<size_t>(n), 0);
  for (size_t i = 0; i < weight.size(); ++i) {
    parts.column_sum[i % static_cast<size_t>(n)] += static_cast<int32_t>(weight[i]);
  }
  return std::unique_ptr<Step>(std::make_unique<FloatQLinear>(std::move(parts), epilogue, context));
}

}  // namespace octet::runtime
