// Evaluation of Gather and GatherND. Indices are data, so every one is checked.
#include <cstring>

#include "ir/evaluate_internal.h"

namespace octet::ir {
namespace {

// Index i of a tensor of indices; negative ones count from the end.
Result<int64_t> IndexAt(const TensorView& indices, int64_t i, size_t axis, int64_t size) {
  const int64_t index =
      indices.dtype == DType::kI64 ? indices.as<int64_t>()[i] : indices.as<int32_t>()[i];
  if (index >= -size && index < size) return index < 0 ? index + size : index;
  return InvalidArgument("index " + std::to_string(index) + " is outside axis " +
                         std::to_string(axis) + " of size " + std::to_string(size));
}

int64_t Product(const std::vector<int64_t>& dims, size_t from, size_t to) {
  int64_t product = 1;
  for (size_t i = from; i < to; ++i) product *= dims[i];
  return product;
}

}  // namespace

Status EvaluateGather(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const TensorView& indices = context.inputs[1];
  const auto axis = static_cast<size_t>(context.op.int_attr("axis"));
  const int64_t outer = Product(x.dims, 0, axis);
  const int64_t bytes =
      Product(x.dims, axis + 1, x.dims.size()) * static_cast<int64_t>(DTypeSize(x.dtype));
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
  const TensorView& x = context.inputs[0];
  const TensorView& indices = context.inputs[1];
  const auto batch_dims = static_cast<size_t>(context.op.int_attr("batch_dims"));
  const auto depth = static_cast<size_t>(indices.dims.back());
  const int64_t batches = Product(x.dims, 0, batch_dims);
  const int64_t tuples = Product(indices.dims, batch_dims, indices.dims.size() - 1);
  const int64_t batch_size = Product(x.dims, batch_dims, x.dims.size());
  const int64_t inner = Product(x.dims, batch_dims + depth, x.dims.size());
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

}  // namespace octet::ir
