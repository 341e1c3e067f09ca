// Evaluation of the gathers and scatters.
#include <cstring>

#include "ir/evaluate/dispatch.h"
#include "ir/evaluate/index.h"
#include "ir/evaluate/internal.h"
#include "ir/evaluate/strided.h"
#include "ir/op_enums.h"

namespace octet::ir {
namespace {

// Calls f(i, offset) for each element i of a tensor of `dims`, in order. `offset` is that of the
// same element, with 0 on `axis`, in a tensor of `strides`. Stops at the first error.
template <typename F>
Status ForEachElement(const std::vector<int64_t>& dims, std::vector<int64_t> strides, size_t axis,
                      F f) {
  strides[axis] = 0;
  const int64_t count = ProductOf(dims, 0, dims.size());
  std::vector<int64_t> index(dims.size());
  int64_t offset = 0;
  for (int64_t i = 0; i < count; ++i) {
    OCTET_RETURN_IF_ERROR(f(i, offset));
    for (size_t a = dims.size(); a-- > 0;) {  // an odometer: the last axis turns fastest
      offset += strides[a];
      if (++index[a] < dims[a]) break;
      offset -= strides[a] * dims[a];
      index[a] = 0;
    }
  }
  return {};
}

// Checks what shape inference could not decide for symbolic dims.
Status CheckElementIndices(const TensorView& x, const TensorView& indices, size_t axis) {
  for (size_t i = 0; i < x.dims.size(); ++i) {
    if (i != axis && indices.dims[i] > x.dims[i]) {
      return InvalidArgument(
          "axis " + std::to_string(i) + " of the indices has " + std::to_string(indices.dims[i]) +
          " elements, but that axis of the data has " + std::to_string(x.dims[i]));
    }
  }
  return {};
}

template <typename T>
T Join(Reduction reduction, T x, T y) {
  switch (reduction) {
    case Reduction::kNone:
      return y;
    case Reduction::kAdd:
      if constexpr (std::is_integral_v<T>) {
        return static_cast<T>(static_cast<uint64_t>(x) + static_cast<uint64_t>(y));
      }
      return static_cast<T>(x + y);
    case Reduction::kMul:
      if constexpr (std::is_integral_v<T>) {
        return static_cast<T>(static_cast<uint64_t>(x) * static_cast<uint64_t>(y));
      }
      return static_cast<T>(x * y);
    case Reduction::kMin:
      return x < y || x != x ? x : y;
    case Reduction::kMax:
      return x > y || x != x ? x : y;
  }
  return y;
}

// Applies `count` updates, which begin at `from`, to the output at `to`.
Status Update(const EvalContext& context, int64_t to, int64_t from, int64_t count) {
  const Reduction reduction = *FindEnum<Reduction>(context.op.string_attr("reduction"));
  const MutableTensorView& out = context.output;
  if (reduction == Reduction::kNone) {
    const auto element = static_cast<int64_t>(DTypeSize(out.dtype));
    if (count > 0) {
      std::memcpy(out.as<std::byte>() + to * element,
                  context.inputs[2].as<std::byte>() + from * element,
                  static_cast<size_t>(count * element));
    }
    return {};
  }
  VisitArithmetic(out.dtype, [&]<typename T>(std::type_identity<T>) {
    T* x = out.as<T>() + to;
    const T* y = context.inputs[2].as<T>() + from;
    for (int64_t i = 0; i < count; ++i) x[i] = Join(reduction, x[i], y[i]);
  });
  return {};
}

// The output begins as a copy of operand 0.
void CopyOperand(const EvalContext& context) {
  const auto bytes =
      static_cast<size_t>(context.output.num_elements()) * DTypeSize(context.output.dtype);
  if (bytes > 0) std::memcpy(context.output.data, context.inputs[0].data, bytes);
}

}  // namespace

Status EvaluateGather(const EvalContext& context) {
  if (context.output.num_elements() == 0) return {};
  const TensorView& x = context.inputs[0];
  const TensorView& indices = context.inputs[1];
  const auto axis = static_cast<size_t>(context.op.int_attr("axis"));
  const int64_t outer = ProductOf(x.dims, 0, axis);
  const int64_t bytes =
      ProductOf(x.dims, axis + 1, x.dims.size()) * static_cast<int64_t>(DTypeSize(x.dtype));
  const int64_t count = indices.num_elements();
  auto* out = context.output.as<std::byte>();
  for (int64_t o = 0; o < outer; ++o) {
    const std::byte* in = x.as<std::byte>() + o * x.dims[axis] * bytes;
    for (int64_t i = 0; i < count; ++i) {
      OCTET_ASSIGN_OR_RETURN(const int64_t index, IndexAt(indices, i, axis, x.dims[axis]));
      if (bytes > 0) std::memcpy(out, in + index * bytes, static_cast<size_t>(bytes));
      out += bytes;
    }
  }
  return {};
}

Status EvaluateGatherNd(const EvalContext& context) {
  if (context.output.num_elements() == 0) return {};
  const TensorView& x = context.inputs[0];
  const TensorView& indices = context.inputs[1];
  const auto batch_dims = static_cast<size_t>(context.op.int_attr("batch_dims"));
  const auto depth = static_cast<size_t>(indices.dims.back());
  const int64_t batches = ProductOf(x.dims, 0, batch_dims);
  const int64_t tuples = ProductOf(indices.dims, batch_dims, indices.dims.size() - 1);
  const int64_t batch_size = ProductOf(x.dims, batch_dims, x.dims.size());
  const int64_t inner = ProductOf(x.dims, batch_dims + depth, x.dims.size());
  const auto element = static_cast<int64_t>(DTypeSize(x.dtype));
  auto* out = context.output.as<std::byte>();
  int64_t next = 0;  // of the numbers in `indices`
  for (int64_t b = 0; b < batches; ++b) {
    for (int64_t t = 0; t < tuples; ++t) {
      int64_t offset = 0;
      for (size_t d = 0; d < depth; ++d) {
        const size_t axis = batch_dims + d;
        OCTET_ASSIGN_OR_RETURN(const int64_t index, IndexAt(indices, next++, axis, x.dims[axis]));
        offset = offset * x.dims[axis] + index;
      }
      const std::byte* in = x.as<std::byte>() + (b * batch_size + offset * inner) * element;
      if (inner > 0) std::memcpy(out, in, static_cast<size_t>(inner * element));
      out += inner * element;
    }
  }
  return {};
}

Status EvaluateGatherElements(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const TensorView& indices = context.inputs[1];
  const auto axis = static_cast<size_t>(context.op.int_attr("axis"));
  OCTET_RETURN_IF_ERROR(CheckElementIndices(x, indices, axis));
  const std::vector<int64_t> strides = DenseStrides(x.dims);
  Status status;
  VisitElementSize(x.dtype, [&]<typename T>(std::type_identity<T>) {
    status = ForEachElement(indices.dims, strides, axis, [&](int64_t i, int64_t offset) -> Status {
      OCTET_ASSIGN_OR_RETURN(const int64_t index, IndexAt(indices, i, axis, x.dims[axis]));
      context.output.as<T>()[i] = x.as<T>()[offset + index * strides[axis]];
      return {};
    });
  });
  return status;
}

Status EvaluateScatterElements(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const TensorView& indices = context.inputs[1];
  const auto axis = static_cast<size_t>(context.op.int_attr("axis"));
  OCTET_RETURN_IF_ERROR(CheckElementIndices(x, indices, axis));
  CopyOperand(context);
  const std::vector<int64_t> strides = DenseStrides(x.dims);
  return ForEachElement(indices.dims, strides, axis, [&](int64_t i, int64_t offset) -> Status {
    OCTET_ASSIGN_OR_RETURN(const int64_t index, IndexAt(indices, i, axis, x.dims[axis]));
    return Update(context, offset + index * strides[axis], i, 1);
  });
}

Status EvaluateScatterNd(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const TensorView& indices = context.inputs[1];
  const auto depth = static_cast<size_t>(indices.dims.back());
  const int64_t tuples = ProductOf(indices.dims, 0, indices.dims.size() - 1);
  const int64_t inner = ProductOf(x.dims, depth, x.dims.size());
  CopyOperand(context);
  if (context.inputs[2].num_elements() == 0) return {};
  int64_t next = 0;  // of the numbers in `indices`
  for (int64_t t = 0; t < tuples; ++t) {
    int64_t offset = 0;
    for (size_t axis = 0; axis < depth; ++axis) {
      OCTET_ASSIGN_OR_RETURN(const int64_t index, IndexAt(indices, next++, axis, x.dims[axis]));
      offset = offset * x.dims[axis] + index;
    }
    OCTET_RETURN_IF_ERROR(Update(context, offset * inner, t * inner, inner));
  }
  return {};
}

}  // namespace octet::ir
