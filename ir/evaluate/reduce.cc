// Evaluation of CumSum and the reductions.
#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "ir/evaluate/dispatch.h"
#include "ir/evaluate/internal.h"
#include "ir/evaluate/strided.h"

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

// x with the reduced axes last. If they are not last already, `copy` holds the result.
Result<TensorView> ReducedAxesLast(const TensorView& x, const std::vector<int64_t>& axes,
                                   Tensor* copy) {
  std::vector<int64_t> perm;
  for (const bool reduced : {false, true}) {
    for (int64_t i = 0; i < static_cast<int64_t>(x.dims.size()); ++i) {
      if ((std::find(axes.begin(), axes.end(), i) != axes.end()) == reduced) perm.push_back(i);
    }
  }
  if (std::is_sorted(perm.begin(), perm.end())) return x;
  const std::vector<int64_t> dense = DenseStrides(x.dims);
  std::vector<int64_t> dims;
  std::vector<int64_t> strides;
  for (const int64_t axis : perm) {
    dims.push_back(x.dims[static_cast<size_t>(axis)]);
    strides.push_back(dense[static_cast<size_t>(axis)]);
  }
  OCTET_ASSIGN_OR_RETURN(*copy, Tensor::Allocate(x.dtype, dims));
  StridedCopy(x.dtype, x.data, dims, strides, copy->mutable_data());
  return copy->view();
}

template <typename T>
T Product(const T* x, int64_t n) {
  T product = 1;
  for (int64_t i = 0; i < n; ++i) {
    if constexpr (std::is_integral_v<T>) {
      product = static_cast<T>(static_cast<uint64_t>(product) * static_cast<uint64_t>(x[i]));
    } else {
      product *= x[i];
    }
  }
  return product;
}

// The greatest or least element, or NaN if there is one.
template <typename T>
T Extreme(const T* x, int64_t n, bool greatest) {
  using Limits = std::numeric_limits<T>;
  T extreme = greatest ? Limits::lowest() : Limits::max();
  if constexpr (std::is_floating_point_v<T>)
    extreme = greatest ? -Limits::infinity() : Limits::infinity();
  for (int64_t i = 0; i < n; ++i) {
    const bool beats = greatest ? x[i] > extreme : x[i] < extreme;
    if (beats || x[i] != x[i]) extreme = x[i];
    if (extreme != extreme) break;
  }
  return extreme;
}

template <typename T>
T ReduceRow(OpKind kind, const T* x, int64_t n) {
  switch (kind) {
    case OpKind::kReduceProd:
      return Product(x, n);
    case OpKind::kReduceMax:
    case OpKind::kReduceMin:
      return Extreme(x, n, kind == OpKind::kReduceMax);
    case OpKind::kReduceMean:
      if constexpr (std::is_floating_point_v<T>) return SumOf16Lanes(x, n) / static_cast<T>(n);
      return 0;  // shape inference admits only floats
    default:
      if constexpr (std::is_floating_point_v<T>) return SumOf16Lanes(x, n);
      return std::accumulate(x, x + n, T{0}, Sum<T>);
  }
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

Status EvaluateReduce(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const int64_t outputs = context.output.num_elements();
  if (outputs == 0) return {};
  Tensor copy;
  OCTET_ASSIGN_OR_RETURN(const TensorView rows,
                         ReducedAxesLast(x, context.op.ints_attr("axes"), &copy));
  const int64_t n = x.num_elements() / outputs;
  VisitArithmetic(x.dtype, [&]<typename T>(std::type_identity<T>) {
    for (int64_t o = 0; o < outputs; ++o) {
      context.output.as<T>()[o] = ReduceRow(context.op.kind(), rows.as<T>() + o * n, n);
    }
  });
  return {};
}

}  // namespace octet::ir
