// Softmax of f32 along any axis. The kernel takes dense rows; along another axis than the last,
// each row is gathered, normalized and put back.
#include <algorithm>
#include <cmath>

#include "ir/op_views.h"
#include "runtime/compile_context.h"
#include "runtime/steps/scratch.h"

namespace octet::runtime {
namespace {

class SoftmaxStep final : public Step {
 public:
  SoftmaxStep(kernels::SoftmaxFn softmax, int64_t axis, bool zero_when_hidden)
      : softmax_(softmax), axis_(axis), zero_when_hidden_(zero_when_hidden) {}

  int64_t ScratchBytes(const StepShapes& shapes) const override {
    const std::vector<int64_t>& dims = shapes.inputs[0].dims;
    return IsLast(dims) ? 0 : RowBytes(dims) * shapes.threads;
  }

  Status Run(const StepRun& run) const override {
    const std::vector<int64_t>& dims = run.input_dims(0);
    const int64_t count = run.outputs[0].num_elements();
    if (count == 0) return {};
    const float* x = run.input<float>(0);
    float* y = run.output<float>();
    const int64_t cols = Cols(dims);
    const int64_t rows = count / cols;
    if (IsLast(dims)) {
      run.pool.ParallelFor(rows, [&](int64_t begin, int64_t end, int) {
        Normalize(x + begin * cols, y + begin * cols, end - begin, cols);
      });
      return {};
    }
    int64_t inner = 1;
    for (size_t i = static_cast<size_t>(axis_) + 1; i < dims.size(); ++i) inner *= dims[i];
    run.pool.ParallelFor(rows, [&](int64_t begin, int64_t end, int worker) {
      auto* line = WorkerScratch<float>(run.scratch, RowBytes(dims), worker);
      for (int64_t row = begin; row < end; ++row) {
        const int64_t first = row / inner * cols * inner + row % inner;
        for (int64_t i = 0; i < cols; ++i) line[i] = x[first + i * inner];
        Normalize(line, line, 1, cols);
        for (int64_t i = 0; i < cols; ++i) y[first + i * inner] = line[i];
      }
    });
    return {};
  }

  std::string kernel() const override { return "softmax_f32"; }

 private:
  static bool IsHidden(const float* row, int64_t cols) {
    return std::all_of(row, row + cols, [](float x) { return std::isinf(x) && x < 0; });
  }

  void Normalize(const float* x, float* y, int64_t rows, int64_t cols) const {
    if (!zero_when_hidden_) return softmax_(x, y, rows, cols);
    for (int64_t row = 0; row < rows; ++row) {
      const float* in = x + row * cols;
      float* out = y + row * cols;
      if (IsHidden(in, cols)) {
        std::fill_n(out, cols, 0.0f);
      } else {
        softmax_(in, out, 1, cols);
      }
    }
  }

  bool IsLast(const std::vector<int64_t>& dims) const {
    return axis_ + 1 == static_cast<int64_t>(dims.size());
  }
  int64_t Cols(const std::vector<int64_t>& dims) const { return dims[static_cast<size_t>(axis_)]; }
  int64_t RowBytes(const std::vector<int64_t>& dims) const {
    return AlignedBytes(Cols(dims) * static_cast<int64_t>(sizeof(float)));
  }

  kernels::SoftmaxFn softmax_;
  int64_t axis_;
  bool zero_when_hidden_;
};

}  // namespace

Result<MadeStep> MakeSoftmax(const ir::Op& op, CompileContext& context) {
  const ir::Type& x = op.operand(0)->type();
  if (x.dtype != ir::DType::kF32) return MakeEvaluate(op, context);
  return MadeStep{std::make_unique<SoftmaxStep>(context.kernels().softmax_f32, op.int_attr("axis"),
                                                ir::SoftmaxOp(op).zero_when_hidden()),
                  AllOperands(op)};
}

}  // namespace octet::runtime
