// Evaluation of CumSum and ReduceMean.
#include <algorithm>
#include <array>
#include <numeric>

#include "ir/evaluate_dispatch.h"
#include "ir/evaluate_internal.h"
#include "ir/evaluate_strided.h"

namespace octet::ir {
namespace {

template <typename T>
T Sum(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));  // wraps
  }
  return static_cast<T>(a + b);
}

// octet's order of float reductions, the same in every kernel: 16 lanes, lane = index mod 16, then
// folded 8, 4, 2, 1.
template <typename T>
T SumOf16Lanes(const T* x, int64_t n) {
  std::array<T, 16> lanes{};
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    for (int64_t k = 0; k < 16; ++k) lanes[static_cast<size_t>(k)] += x[i + k];
  }
  for (size_t k = 0; i < n; ++i, ++k) lanes[k] += x[i];
  for (size_t half = 8; half > 0; half /= 2) {
    for (size_t k = 0; k < half; ++k) lanes[k] += lanes[k + half];
  }
  return lanes[0];
}

}  // namespace

Status EvaluateCumSum(const EvalContext& context) {
  const std::vector<int64_t>& dims = context.output.dims;
  const auto axis = static_cast<size_t>(context.op.int_attr("axis"));
  const bool exclusive = context.op.int_attr("exclusive") != 0;
  const bool reverse = context.op.int_attr("reverse") != 0;
  if (context.output.num_elements() == 0) return {};
  const int64_t n = dims[axis];
  const int64_t inner = DenseStrides(dims)[axis];
  const int64_t outer = context.output.num_elements() / (n * inner);
  VisitArithmetic(context.output.dtype, [&]<typename T>(std::type_identity<T>) {
    for (int64_t o = 0; o < outer; ++o) {
      for (int64_t k = 0; k < inner; ++k) {
        const T* in = context.inputs[0].as<T>() + o * n * inner + k;
        T* out = context.output.as<T>() + o * n * inner + k;
        T sum = 0;
        for (int64_t i = 0; i < n; ++i) {
          const int64_t at = (reverse ? n - 1 - i : i) * inner;
          const T next = Sum(sum, in[at]);
          out[at] = exclusive ? sum : next;
          sum = next;
        }
      }
    }
  });
  return {};
}

Status EvaluateReduceMean(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const std::vector<int64_t>& axes = context.op.ints_attr("axes");
  const int64_t outputs = context.output.num_elements();
  if (outputs == 0) return {};
  // The reduced axes come last: they already do, or a copy is made in which they do.
  std::vector<int64_t> perm;
  for (const bool reduced : {false, true}) {
    for (int64_t i = 0; i < static_cast<int64_t>(x.dims.size()); ++i) {
      if ((std::find(axes.begin(), axes.end(), i) != axes.end()) == reduced) perm.push_back(i);
    }
  }
  TensorView rows = x;
  Tensor copy;
  if (!std::is_sorted(perm.begin(), perm.end())) {
    const std::vector<int64_t> dense = DenseStrides(x.dims);
    std::vector<int64_t> dims;
    std::vector<int64_t> strides;
    for (const int64_t axis : perm) {
      dims.push_back(x.dims[static_cast<size_t>(axis)]);
      strides.push_back(dense[static_cast<size_t>(axis)]);
    }
    OCTET_ASSIGN_OR_RETURN(copy, Tensor::Allocate(x.dtype, dims));
    StridedCopy(x.dtype, x.data, dims, strides, copy.mutable_data());
    rows = copy.view();
  }
  const int64_t n = x.num_elements() / outputs;
  VisitArithmetic(x.dtype, [&]<typename T>(std::type_identity<T>) {
    if constexpr (std::is_floating_point_v<T>) {
      for (int64_t o = 0; o < outputs; ++o) {
        context.output.as<T>()[o] = SumOf16Lanes(rows.as<T>() + o * n, n) / static_cast<T>(n);
      }
    }
  });
  return {};
}

}  // namespace octet::ir
