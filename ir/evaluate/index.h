// What gathers and scatters share. Indices are data, so every index is checked.
#ifndef OCTET_IR_EVALUATE_INDEX_H_
#define OCTET_IR_EVALUATE_INDEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ir/tensor.h"

namespace octet::ir {

// Number i of `indices` (i64 or i32), as an index into `axis`; negative ones count from the end.
// Error: InvalidArgument when it is out of range.
inline Result<int64_t> IndexAt(const TensorView& indices, int64_t i, size_t axis, int64_t size) {
  const int64_t index =
      indices.dtype == DType::kI64 ? indices.as<int64_t>()[i] : indices.as<int32_t>()[i];
  if (index >= -size && index < size) return index < 0 ? index + size : index;
  return InvalidArgument("index " + std::to_string(index) + " is outside axis " +
                         std::to_string(axis) + " of size " + std::to_string(size));
}

// The product of dims [from, to).
inline int64_t ProductOf(const std::vector<int64_t>& dims, size_t from, size_t to) {
  int64_t product = 1;
  for (size_t i = from; i < to; ++i) product *= dims[i];
  return product;
}

// The lines of a dense tensor along one axis. Line o * inner + k, with o < outer and k < inner, has
// `size` elements: the first at o * size * inner + k, the others `inner` apart.
struct Lines {
  int64_t outer;
  int64_t size;
  int64_t inner;
};
inline Lines LinesAlong(const std::vector<int64_t>& dims, size_t axis) {
  return {ProductOf(dims, 0, axis), dims[axis], ProductOf(dims, axis + 1, dims.size())};
}

}  // namespace octet::ir

#endif  // OCTET_IR_EVALUATE_INDEX_H_
