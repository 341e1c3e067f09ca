// Activations to 8 bits while running, one scale and zero point a row or one for all.
#include <cstring>

#include "runtime/compile_context.h"
#include "runtime/steps/activation_scheme.h"
#include "runtime/steps/scratch.h"

namespace octet::runtime {
namespace {

// What both kinds of step share: rows are quantized to u8, and in debug mode (an output of f32)
// widened to floats of the same integers.
class QuantizeStep : public Step {
 public:
  int64_t ScratchBytes(const StepShapes& shapes) const override {
    return RowBytes(shapes.inputs[0].dims.back()) * shapes.threads;
  }

 protected:
  static int64_t RowBytes(int64_t cols) { return AlignedBytes(cols); }

  static int64_t NumRows(const StepRun& run) { return run.outputs[1].num_elements(); }

  // Calls quantize_row(row, q) for each row, where q[cols] is the row itself when it may be written
  // there with its padding, else scratch that is copied or widened into place.
  template <typename QuantizeRow>
  static void ForEachRow(const StepRun& run, const QuantizeRow& quantize_row) {
    const int64_t cols = run.input_dims(0).back();
    const bool widen = run.outputs[0].dtype == ir::DType::kF32;
    const bool padded = cols % kernels::kGemmU8S8KGroup != 0;
    run.pool.ParallelFor(NumRows(run), [&](int64_t begin, int64_t end, int worker) {
      auto* scratch = WorkerScratch<uint8_t>(run.scratch, RowBytes(cols), worker);
      for (int64_t row = begin; row < end; ++row) {
        uint8_t* q = widen || padded ? scratch : run.output<uint8_t>() + row * cols;
        quantize_row(row, q);
        if (widen) {
          float* y = run.output<float>() + row * cols;
          for (int64_t j = 0; j < cols; ++j) y[j] = static_cast<float>(q[j]);
        } else if (padded) {
          std::memcpy(run.output<uint8_t>() + row * cols, q, static_cast<size_t>(cols));
        }
      }
    });
  }
};

// A scheme with a kernel: octet's default.
class KernelQuantizeStep final : public QuantizeStep {
 public:
  explicit KernelQuantizeStep(kernels::QuantizeRowsFn quantize) : quantize_(quantize) {}

  Status Run(const StepRun& run) const override {
    const int64_t cols = run.input_dims(0).back();
    // Rows without columns have no range: the steps that would write it have nothing to do.
    const kernels::RowRange* range = cols > 0 ? run.ranges.input : nullptr;
    ForEachRow(run, [&](int64_t row, uint8_t* q) {
      quantize_({.x = run.input<float>(0) + row * cols,
                 .ldx = cols,
                 .q = q,
                 .ldq = RowBytes(cols),
                 .scale = run.output<float>(1) + row,
                 .zero_point = run.output<int32_t>(2) + row,
                 .rows = 1,
                 .cols = cols,
                 .range = range != nullptr ? range + row : nullptr});
    });
    return {};
  }

  bool runs_by_rows() const override { return true; }
  bool takes_row_ranges() const override { return true; }

  std::string kernel() const override { return "quantize_rows"; }

 private:
  kernels::QuantizeRowsFn quantize_;
};

// The other schemes, in plain C++.
class SchemeQuantizeStep final : public QuantizeStep {
 public:
  SchemeQuantizeStep(const ir::ObserverSpec& observer, const ActivationScheme& scheme)
      : observer_(observer), scheme_(scheme) {}

  int64_t ScratchBytes(const StepShapes& shapes) const override {
    return QuantizeStep::ScratchBytes(shapes) + RangeBytes() * shapes.threads;
  }

  Status Run(const StepRun& run) const override {
    const int64_t cols = run.input_dims(0).back();
    const float* x = run.input<float>(0);
    QuantParams shared{};
    if (!IsPerRow()) shared = ChooseParams(observer_, scheme_, RangeOfAll(run));
    ForEachRow(run, [&](int64_t row, uint8_t* q) {
      QuantParams params = shared;
      if (IsPerRow()) {
        ValueRange range;
        range.Include(x + row * cols, cols);
        params = ChooseParams(observer_, scheme_, range);
      }
      QuantizeWith(params, x + row * cols, cols, q);
      run.output<float>(1)[row] = params.scale;
      run.output<int32_t>(2)[row] = params.zero_point;
    });
    return {};
  }

  bool runs_by_rows() const override { return true; }

  std::string kernel() const override { return observer_.ToString(); }

 private:
  bool IsPerRow() const { return observer_.granularity == ir::Granularity::kPerRow; }

  static int64_t RangeBytes() { return AlignedBytes(sizeof(ValueRange)); }

  // The least and greatest elements do not depend on the order in which they are found.
  static ValueRange RangeOfAll(const StepRun& run) {
    std::byte* ranges = run.scratch + RowBytes(run.input_dims(0).back()) * run.pool.size();
    const int64_t count = run.inputs[0].num_elements();
    run.pool.Run([&](int worker) {
      ValueRange range;
      const int64_t begin = ThreadPool::RangeBegin(count, run.pool.size(), worker);
      const int64_t end = ThreadPool::RangeBegin(count, run.pool.size(), worker + 1);
      range.Include(run.input<float>(0) + begin, end - begin);
      *WorkerScratch<ValueRange>(ranges, RangeBytes(), worker) = range;
    });
    ValueRange all;
    for (int worker = 0; worker < run.pool.size(); ++worker) {
      all.Include(*WorkerScratch<ValueRange>(ranges, RangeBytes(), worker));
    }
    return all;
  }

  ir::ObserverSpec observer_;
  const ActivationScheme& scheme_;
};

}  // namespace

Result<MadeStep> MakeQuantizeDynamic(const ir::Op& op, CompileContext& context) {
  const auto& observer = op.attr<ir::ObserverSpec>("observer");
  if (const auto kernel = FindQuantizeKernel(observer, context.kernels())) {
    return MadeStep{std::make_unique<KernelQuantizeStep>(kernel), AllOperands(op)};
  }
  const ActivationScheme* scheme = FindActivationScheme(observer);
  if (scheme == nullptr) return Unsupported("activations in " + observer.ToString());
  return MadeStep{std::make_unique<SchemeQuantizeStep>(observer, *scheme), AllOperands(op)};
}

}  // namespace octet::runtime
