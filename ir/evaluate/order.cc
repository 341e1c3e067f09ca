// Evaluation of ArgMax, ArgMin and TopK.
#include <algorithm>
#include <numeric>

#include "ir/evaluate/dispatch.h"
#include "ir/evaluate/index.h"
#include "ir/evaluate/internal.h"

namespace octet::ir {
namespace {

// Whether a comes before b: the greater number first, or without `largest` the lesser; NaN comes
// first.
template <typename T>
bool Before(T a, T b, bool largest) {
  if (b != b) return false;
  if (a != a) return true;
  return largest ? a > b : a < b;
}

template <typename T>
int64_t FindFirst(const T* line, const Lines& lines, bool largest, bool last) {
  int64_t best = 0;
  for (int64_t i = 1; i < lines.size; ++i) {
    const T candidate = line[i * lines.inner];
    const T current = line[best * lines.inner];
    const bool wins =
        last ? !Before(current, candidate, largest) : Before(candidate, current, largest);
    if (wins) best = i;
  }
  return best;
}

}  // namespace

Status EvaluateArgExtreme(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const Lines lines = LinesAlong(x.dims, static_cast<size_t>(context.op.int_attr("axis")));
  const bool largest = context.op.kind() == OpKind::kArgMax;
  const bool last = context.op.int_attr("last") != 0;
  const int64_t rows = lines.outer * lines.inner;
  if (rows > 0 && lines.size == 0) {
    return InvalidArgument("the axis is empty, so it does not have a greatest or least element");
  }
  int64_t* out = context.output.as<int64_t>();
  VisitArithmetic(x.dtype, [&]<typename T>(std::type_identity<T>) {
    for (int64_t row = 0; row < rows; ++row) {
      const int64_t first = row / lines.inner * lines.size * lines.inner + row % lines.inner;
      out[row] = FindFirst(x.as<T>() + first, lines, largest, last);
    }
  });
  return {};
}

Status EvaluateTopK(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const Lines lines = LinesAlong(x.dims, static_cast<size_t>(context.op.int_attr("axis")));
  const bool largest = context.op.int_attr("largest") != 0;
  const int64_t k = context.op.int_attr("k");
  if (k > lines.size) {
    return InvalidArgument("k is " + std::to_string(k) + ", but the axis has " +
                           std::to_string(lines.size) + " elements");
  }
  if (context.output.num_elements() == 0) return {};
  const int64_t rows = lines.outer * lines.inner;
  std::vector<int64_t> order(static_cast<size_t>(lines.size));
  VisitArithmetic(x.dtype, [&]<typename T>(std::type_identity<T>) {
    for (int64_t row = 0; row < rows; ++row) {
      const int64_t o = row / lines.inner;
      const int64_t i = row % lines.inner;
      const T* line = x.as<T>() + o * lines.size * lines.inner + i;
      std::iota(order.begin(), order.end(), int64_t{0});
      std::partial_sort(order.begin(), order.begin() + k, order.end(), [&](int64_t a, int64_t b) {
        const T left = line[a * lines.inner];
        const T right = line[b * lines.inner];
        if (Before(left, right, largest)) return true;
        return !Before(right, left, largest) && a < b;
      });
      int64_t* out = context.output.as<int64_t>() + o * k * lines.inner + i;
      for (int64_t j = 0; j < k; ++j) out[j * lines.inner] = order[static_cast<size_t>(j)];
    }
  });
  return {};
}

}  // namespace octet::ir
