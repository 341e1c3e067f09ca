// Evaluation of MatMul and Softmax for the types without a kernel: f16, computed in float and
// rounded once, f64, and integers, which wrap. Sums are taken in ascending order.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "ir/elementary_functions.h"
#include "ir/evaluate/dispatch.h"
#include "ir/evaluate/index.h"
#include "ir/evaluate/internal.h"
#include "ir/evaluate/strided.h"
#include "ir/half.h"

namespace octet::ir {
namespace {

// Converts an element to the number type that is computed with, and back.
template <typename T>
struct Number {
  using Wide = T;
  static Wide Load(T x) { return x; }
  static T Round(Wide x) { return x; }
};
template <>
struct Number<uint16_t> {  // f16
  using Wide = float;
  static Wide Load(uint16_t x) { return HalfToFloat(x); }
  static uint16_t Round(Wide x) { return FloatToHalf(x); }
};

template <typename Wide>
Wide MultiplyAdd(Wide a, Wide b, Wide sum) {
  if constexpr (std::is_integral_v<Wide>) {
    return static_cast<Wide>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b) +
                             static_cast<uint64_t>(sum));
  }
  return static_cast<Wide>(sum + a * b);
}

// For each matrix of the result, the offset of an operand, in matrices; `batch` holds the leading
// dims of the result.
std::vector<int64_t> BatchOffsets(const std::vector<int64_t>& dims,
                                  const std::vector<int64_t>& batch) {
  const size_t own = dims.size() < 2 ? 0 : dims.size() - 2;
  std::vector<int64_t> offsets = {0};
  for (size_t i = 0; i < batch.size(); ++i) {
    // Axes that the operand does not have, or whose size is 1, repeat.
    const size_t lacking = batch.size() - own;
    const int64_t size = i < lacking ? 1 : dims[i - lacking];
    std::vector<int64_t> next;
    for (const int64_t offset : offsets) {
      for (int64_t k = 0; k < batch[i]; ++k) next.push_back(offset * size + (size == 1 ? 0 : k));
    }
    offsets = std::move(next);
  }
  return offsets;
}

template <typename T>
void Multiply(const EvalContext& context) {
  using Wide = typename Number<T>::Wide;
  const TensorView& a = context.inputs[0];
  const TensorView& b = context.inputs[1];
  const int64_t m = a.dims.size() < 2 ? 1 : a.dims[a.dims.size() - 2];
  const int64_t k = a.dims.back();
  const int64_t n = b.dims.size() < 2 ? 1 : b.dims.back();
  const auto vectors = static_cast<int64_t>(a.dims.size() < 2) + (b.dims.size() < 2 ? 1 : 0);
  const std::vector<int64_t>& dims = context.output.dims;
  const std::vector<int64_t> batch(dims.begin(), dims.end() - (2 - vectors));
  const std::vector<int64_t> a_offsets = BatchOffsets(a.dims, batch);
  const std::vector<int64_t> b_offsets = BatchOffsets(b.dims, batch);
  std::vector<Wide> sums(static_cast<size_t>(n));
  for (size_t i = 0; i < a_offsets.size(); ++i) {
    const T* left = a.as<T>() + a_offsets[i] * m * k;
    const T* right = b.as<T>() + b_offsets[i] * k * n;
    T* out = context.output.as<T>() + static_cast<int64_t>(i) * m * n;
    for (int64_t row = 0; row < m; ++row) {
      std::fill(sums.begin(), sums.end(), Wide{0});
      for (int64_t j = 0; j < k; ++j) {
        const Wide x = Number<T>::Load(left[row * k + j]);
        for (int64_t column = 0; column < n; ++column) {
          Wide& sum = sums[static_cast<size_t>(column)];
          sum = MultiplyAdd(x, static_cast<Wide>(Number<T>::Load(right[j * n + column])), sum);
        }
      }
      for (int64_t column = 0; column < n; ++column) {
        out[row * n + column] = Number<T>::Round(sums[static_cast<size_t>(column)]);
      }
    }
  }
}

template <typename T>
void SoftmaxLines(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const Lines lines = LinesAlong(x.dims, static_cast<size_t>(context.op.int_attr("axis")));
  const auto* zero = context.op.FindAttribute("zero_when_hidden");
  const bool zero_when_hidden = zero != nullptr && std::get<int64_t>(*zero) != 0;
  std::vector<double> powers(static_cast<size_t>(lines.size));
  for (int64_t row = 0; row < lines.outer * lines.inner; ++row) {
    const int64_t first = row / lines.inner * lines.size * lines.inner + row % lines.inner;
    const auto at = [&](int64_t i) {
      return static_cast<double>(Number<T>::Load(x.as<T>()[first + i * lines.inner]));
    };
    double max = -std::numeric_limits<double>::infinity();
    for (int64_t i = 0; i < lines.size; ++i) max = std::max(max, at(i));
    // In a row of only -inf every power is then 0, and so is their sum. In other rows the sum is at
    // least 1.
    if (std::isinf(max) && max < 0) max = 0;
    double sum = 0;
    for (int64_t i = 0; i < lines.size; ++i) {
      powers[static_cast<size_t>(i)] = Exp(at(i) - max);
      sum += powers[static_cast<size_t>(i)];
    }
    const double divisor = sum == 0 && zero_when_hidden ? 1 : sum;
    for (int64_t i = 0; i < lines.size; ++i) {
      const auto value = powers[static_cast<size_t>(i)] / divisor;
      context.output.as<T>()[first + i * lines.inner] =
          Number<T>::Round(static_cast<typename Number<T>::Wide>(value));
    }
  }
}

}  // namespace

Status EvaluateMatMul(const EvalContext& context) {
  if (context.output.num_elements() == 0) return {};
  switch (context.output.dtype) {
    case DType::kF16:
      Multiply<uint16_t>(context);
      return {};
    case DType::kF64:
      Multiply<double>(context);
      return {};
    case DType::kI64:
      Multiply<int64_t>(context);
      return {};
    case DType::kI32:
      Multiply<int32_t>(context);
      return {};
    default:
      return Internal("matmul of a type that shape inference refuses");
  }
}

Status EvaluateSoftmax(const EvalContext& context) {
  if (context.output.num_elements() == 0) return {};
  if (context.output.dtype == DType::kF64) {
    SoftmaxLines<double>(context);
  } else {
    SoftmaxLines<uint16_t>(context);
  }
  return {};
}

}  // namespace octet::ir
