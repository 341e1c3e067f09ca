// Evaluation of the ops that make shape tensors and move elements.
#include <algorithm>
#include <cstring>

#include "ir/evaluate/dispatch.h"
#include "ir/evaluate/internal.h"
#include "ir/evaluate/strided.h"

namespace octet::ir {
namespace {

Result<int64_t> Bind(const Dim& dim, const SymbolBinding& binding) {
  if (const auto value = dim.Evaluate(binding)) return *value;
  return InvalidArgument("the dimension " + dim.ToString() + " has no value in this run");
}

// Does not call memcpy for empty tensors, whose pointers may be null.
void CopyBytes(void* out, const void* in, int64_t bytes) {
  if (bytes > 0) std::memcpy(out, in, static_cast<size_t>(bytes));
}

int64_t ElementSize(const MutableTensorView& view) {
  return static_cast<int64_t>(DTypeSize(view.dtype));
}

}  // namespace

Status EvaluateSymbolic(const EvalContext& context) {
  const Shape& dims = context.op.dims_attr("value");
  int64_t* out = context.output.as<int64_t>();
  for (size_t i = 0; i < dims.size(); ++i) {
    OCTET_ASSIGN_OR_RETURN(out[i], Bind(dims[i], context.binding));
  }
  return {};
}

Status EvaluateIota(const EvalContext& context) {
  const int64_t start = context.op.int_attr("start");
  int64_t* out = context.output.as<int64_t>();
  for (int64_t i = 0; i < context.output.num_elements(); ++i) out[i] = start + i;
  return {};
}

Status EvaluateReshape(const EvalContext& context) {
  const int64_t count = context.inputs[0].num_elements();
  if (context.output.num_elements() != count) {
    return InvalidArgument("a reshape of " + std::to_string(count) + " elements to " +
                           ToString(context.op.dims_attr("shape")) + " would have " +
                           std::to_string(context.output.num_elements()) + " elements");
  }
  CopyBytes(context.output.data, context.inputs[0].data,
            context.output.num_elements() * ElementSize(context.output));
  return {};
}

Status EvaluateExpand(const EvalContext& context) {
  if (context.output.num_elements() == 0) return {};
  const TensorView& x = context.inputs[0];
  const std::vector<int64_t>& dims = context.output.dims;
  const std::vector<int64_t> dense = DenseStrides(x.dims);
  std::vector<int64_t> strides(dims.size());  // an axis that x does not have, or of size 1, repeats
  for (size_t i = 0; i < x.dims.size(); ++i) {
    if (x.dims[i] != 1) strides[dims.size() - x.dims.size() + i] = dense[i];
  }
  StridedCopy(x.dtype, x.data, dims, strides, context.output.data);
  return {};
}

Status EvaluateTranspose(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const std::vector<int64_t> dense = DenseStrides(x.dims);
  std::vector<int64_t> strides;
  for (const int64_t axis : context.op.ints_attr("perm")) {
    strides.push_back(dense[static_cast<size_t>(axis)]);
  }
  StridedCopy(x.dtype, x.data, context.output.dims, strides, context.output.data);
  return {};
}

Status EvaluateConcat(const EvalContext& context) {
  if (context.output.num_elements() == 0) return {};
  const auto axis = static_cast<size_t>(context.op.int_attr("axis"));
  const std::vector<int64_t>& dims = context.output.dims;
  int64_t outer = 1;
  for (size_t i = 0; i < axis; ++i) outer *= dims[i];
  int64_t inner = ElementSize(context.output);  // bytes of one step along the axis
  for (size_t i = axis + 1; i < dims.size(); ++i) inner *= dims[i];
  auto* out = context.output.as<std::byte>();
  for (int64_t o = 0; o < outer; ++o) {
    for (const TensorView& x : context.inputs) {
      const int64_t bytes = x.dims[axis] * inner;
      CopyBytes(out, x.as<std::byte>() + o * bytes, bytes);
      out += bytes;
    }
  }
  return {};
}

Status EvaluateSlice(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const std::vector<int64_t>& axes = context.op.ints_attr("axes");
  const std::vector<int64_t>& steps = context.op.ints_attr("steps");
  const Shape& starts = context.op.dims_attr("starts");
  const Shape& ends = context.op.dims_attr("ends");
  std::vector<int64_t> strides = DenseStrides(x.dims);
  int64_t offset = 0;
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<size_t>(axes[i]);
    OCTET_ASSIGN_OR_RETURN(const int64_t start, Bind(starts[i], context.binding));
    OCTET_ASSIGN_OR_RETURN(const int64_t end, Bind(ends[i], context.binding));
    if (start == end) continue;  // an empty range may lie anywhere
    if (start < 0 || start > end || end > x.dims[axis]) {
      return InvalidArgument("the range [" + std::to_string(start) + ", " + std::to_string(end) +
                             ") does not lie in axis " + std::to_string(axis) + " of size " +
                             std::to_string(x.dims[axis]));
    }
    offset += (steps[i] > 0 ? start : end - 1) * strides[axis];
    // A single element does not need a step. The step may be longer than the axis.
    if (context.output.dims[axis] > 1) strides[axis] *= steps[i];
  }
  if (context.output.num_elements() == 0) return {};
  const std::byte* first = x.as<std::byte>() + offset * ElementSize(context.output);
  StridedCopy(x.dtype, first, context.output.dims, strides, context.output.data);
  return {};
}

Status EvaluateRequireNotOne(const EvalContext& context) {
  for (const Dim& dim : context.op.dims_attr("dims")) {
    OCTET_ASSIGN_OR_RETURN(const int64_t size, Bind(dim, context.binding));
    if (size == 1) {
      return InvalidArgument("dimension " + dim.ToString() +
                             " is 1 in this run: the model drops the axis here (a Squeeze without "
                             "axes), and what it then computes is not supported");
    }
  }
  CopyBytes(context.output.data, context.inputs[0].data,
            context.output.num_elements() * ElementSize(context.output));
  return {};
}

// The output is filled with the value, then x is copied into its middle row by row.
Status EvaluatePad(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const MutableTensorView& out = context.output;
  const Shape& begins = context.op.dims_attr("begins");
  const std::vector<int64_t> strides = DenseStrides(out.dims);
  int64_t offset = 0;
  for (size_t i = 0; i < x.dims.size(); ++i) {
    OCTET_ASSIGN_OR_RETURN(const int64_t begin, Bind(begins[i], context.binding));
    if (begin < 0 || begin > out.dims[i] - x.dims[i]) {
      return InvalidArgument("a pad of " + std::to_string(begin) + " before axis " +
                             std::to_string(i));
    }
    offset += begin * strides[i];
  }
  VisitElementSize(out.dtype, [&]<typename T>(std::type_identity<T>) {
    std::fill_n(out.as<T>(), out.num_elements(), *context.inputs[1].as<T>());
  });
  const int64_t count = x.num_elements();
  if (count == 0) return {};
  const int64_t row = x.dims.empty() ? 1 : x.dims.back();
  std::vector<int64_t> index(x.dims.size());
  auto* to = out.as<std::byte>();
  for (int64_t r = 0; r < count / row; ++r) {
    CopyBytes(to + offset * ElementSize(out), x.as<std::byte>() + r * row * ElementSize(out),
              row * ElementSize(out));
    // An odometer over all axes but the last. A scalar does not have any.
    for (size_t a = std::max<size_t>(x.dims.size(), 1) - 1; a-- > 0;) {
      offset += strides[a];
      if (++index[a] < x.dims[a]) break;
      offset -= strides[a] * x.dims[a];
      index[a] = 0;
    }
  }
  return {};
}

}  // namespace octet::ir
