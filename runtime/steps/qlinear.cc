// Chooses how a qlinear is computed, and computes it on integers.
#include "runtime/steps/qlinear.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "runtime/steps/gemm_blocks.h"
#include "runtime/steps/linear.h"
#include "runtime/steps/scratch.h"

namespace octet::runtime {
namespace {

int64_t PaddedK(int64_t k) {
  constexpr int64_t kGroup = kernels::kGemmU8S8KGroup;
  return (k + kGroup - 1) / kGroup * kGroup;
}

class IntegerQLinear final : public Step {
 public:
  // An empty `zero_point` is all 0.
  IntegerQLinear(const kernels::GemmU8S8& gemm, std::shared_ptr<const PackedMatrix> weight,
                 std::vector<int32_t> zero_point, const EpilogueInputs& epilogue)
      : gemm_(gemm),
        weight_(std::move(weight)),
        zero_point_(std::move(zero_point)),
        epilogue_(epilogue) {}

  // Rows whose K is not a multiple of the GEMM's group are copied to where they have padding;
  // rows that meet weights with zero points are summed.
  int64_t ScratchBytes(const StepShapes& shapes) const override {
    if (weight_->n == 0) return 0;
    const int64_t m = shapes.outputs[0].num_elements() / weight_->n;
    return CopyBytes(m) + (zero_point_.empty() ? 0 : m * int64_t{sizeof(int32_t)});
  }

  Status Run(const StepRun& run) const override {
    const int64_t n = weight_->n;
    const int64_t k = weight_->k;
    if (run.outputs[0].num_elements() == 0) return {};
    const int64_t m = run.outputs[0].num_elements() / n;
    const int64_t lda = PaddedK(k);
    const uint8_t* a = run.input<uint8_t>(kQLinearA);
    if (IsPadded()) {
      auto* copy = reinterpret_cast<uint8_t*>(run.scratch);
      for (int64_t i = 0; i < m; ++i) {
        std::memcpy(copy + i * lda, a + i * k, static_cast<size_t>(k));
        std::memset(copy + i * lda + k, 0, static_cast<size_t>(lda - k));
      }
      a = copy;
    }
    const kernels::GemmU8S8Args args = {
        .a = a,
        .lda = lda,
        .a_scale = run.input<float>(kQLinearScale),
        .a_zero_point = run.input<int32_t>(kQLinearZeroPoint),
        .b = weight_->bytes.get(),
        .b_scale = run.input<float>(kQLinearWeightScale),
        .bias = epilogue_.Bias(run),
        .n = n,
        .k = k,
        .c = run.output<float>(),
        .ldc = n,
        .b_zero_point = zero_point_.empty() ? nullptr : zero_point_.data(),
        .a_row_sum = zero_point_.empty() ? nullptr : SumRows(run, a, m),
        .epilogue = epilogue_.Bind(run, n)};
    const GemmShape shape = {m, n, gemm_.tile_m, gemm_.tile_n};
    ForEachGemmShare(run.pool, shape, [&](const GemmBlock& share, int) {
      gemm_.run(args, share.m0, share.m1, share.n0, share.n1);
    });
    return {};
  }

  bool runs_by_rows() const override { return true; }

  BlockRows block_rows() const override { return {gemm_.tile_m, gemm_.min_rows}; }

  bool gives_row_ranges() const override { return true; }

  std::string kernel() const override { return gemm_.name; }

 private:
  bool IsPadded() const { return PaddedK(weight_->k) != weight_->k; }
  int64_t CopyBytes(int64_t m) const {
    return IsPadded() ? AlignedBytes(m * PaddedK(weight_->k)) : 0;
  }

  // The sums of the m rows at `a`, in scratch.
  const int32_t* SumRows(const StepRun& run, const uint8_t* a, int64_t m) const {
    auto* sums = reinterpret_cast<int32_t*>(run.scratch + CopyBytes(m));
    run.pool.ParallelFor(m, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const uint8_t* row = a + i * PaddedK(weight_->k);
        sums[i] = std::accumulate(row, row + weight_->k, int32_t{0});
      }
    });
    return sums;
  }

  const kernels::GemmU8S8& gemm_;
  std::shared_ptr<const PackedMatrix> weight_;
  std::vector<int32_t> zero_point_;
  EpilogueInputs epilogue_;
};

// weight - zero_point; InvalidModel for an element that is not an 8-bit integer.
Result<std::vector<float>> CenterWeight(const ir::Tensor& weight, const int32_t* zero_point,
                                        int64_t n) {
  std::vector<float> centered(weight.as<float>(), weight.as<float>() + weight.num_elements());
  for (size_t i = 0; i < centered.size(); ++i) {
    const float w = centered[i];
    if (!(w >= -128 && w <= 127) || w != std::nearbyint(w)) {
      return InvalidModel("the debug weight has an element " + std::to_string(w) +
                          ", which is not an 8-bit integer");
    }
    centered[i] -= static_cast<float>(zero_point[static_cast<int64_t>(i) % n]);
  }
  return centered;
}

}  // namespace

Result<std::unique_ptr<Step>> MakeIntegerQLinear(const int8_t* weight,
                                                 std::vector<int32_t> zero_point, int64_t n,
                                                 int64_t k, const EpilogueInputs& epilogue,
                                                 CompileContext& context) {
  OCTET_ASSIGN_OR_RETURN(auto packed, context.PackU8S8(weight, n, k));
  return std::unique_ptr<Step>(std::make_unique<IntegerQLinear>(
      *context.kernels().gemm_u8s8, std::move(packed), std::move(zero_point), epilogue));
}

Result<MadeStep> MakeQLinear(const ir::Op& op, CompileContext& context) {
  const ir::QLinearOp qlinear(op);
  const ir::Tensor* weight = qlinear.weight()->constant();
  const ir::Tensor* zero_points = qlinear.weight_zero_point()->constant();
  if (weight == nullptr || zero_points == nullptr) {
    return Unsupported("a qlinear whose weight or weight zero point is computed");
  }
  OCTET_RETURN_IF_ERROR(CheckHasData(*weight));
  OCTET_RETURN_IF_ERROR(CheckHasData(*zero_points));
  const int64_t k = weight->dims()[0];
  const int64_t n = weight->dims()[1];
  if (k > kernels::kGemmU8S8MaxK) {
    return Unsupported("a qlinear with K = " + std::to_string(k) + "; at most " +
                       std::to_string(kernels::kGemmU8S8MaxK) + " is certain not to overflow");
  }
  std::vector<const ir::Value*> inputs = {qlinear.x(), qlinear.scale(), qlinear.zero_point(),
                                          qlinear.weight_scale()};
  const auto epilogue = EpilogueInputs::Append(EpilogueOf(qlinear), &inputs);

  const auto* zero_point = zero_points->as<int32_t>();
  if (std::any_of(zero_point, zero_point + n, [](int32_t z) { return z < -128 || z > 127; })) {
    return InvalidModel("a weight zero point is not an 8-bit integer");
  }
  const bool centered = std::all_of(zero_point, zero_point + n, [](int32_t z) { return z == 0; });
  if (weight->dtype() == ir::DType::kI8) {
    std::vector<int32_t> copy(zero_point, zero_point + (centered ? 0 : n));
    OCTET_ASSIGN_OR_RETURN(auto step, MakeIntegerQLinear(weight->as<int8_t>(), std::move(copy), n,
                                                         k, epilogue, context));
    return MadeStep{std::move(step), std::move(inputs)};
  }
  OCTET_ASSIGN_OR_RETURN(const std::vector<float> floats, CenterWeight(*weight, zero_point, n));
  OCTET_ASSIGN_OR_RETURN(auto step,
                         MakeFloatQLinear(floats, n, k, centered ? 128 : 255, epilogue, context));
  return MadeStep{std::move(step), std::move(inputs)};
}

}  // namespace octet::runtime
