#include "runtime/steps/indices.h"

#include <string>

namespace octet::runtime {
namespace {

// The first element outside of [first, rows), or -1.
template <typename T>
int64_t FindOutside(const T* indices, int64_t count, int64_t first, int64_t rows) {
  for (int64_t i = 0; i < count; ++i) {
    if (indices[i] < first || indices[i] >= rows) return i;
  }
  return -1;
}

// "[3,17]", the position of element `index` in row-major order; "" in a scalar.
std::string Position(const std::vector<int64_t>& dims, int64_t index) {
  std::string text;
  for (size_t axis = dims.size(); axis-- > 0;) {
    text = (axis == 0 ? "[" : ",") + std::to_string(index % dims[axis]) + text;
    index /= dims[axis];
  }
  return text.empty() ? text : text + "]";
}

}  // namespace

Status CheckIndices(std::string_view name, const ir::TensorView& indices, int64_t first,
                    int64_t rows) {
  const int64_t count = indices.num_elements();
  const int64_t bad = indices.dtype == ir::DType::kI64
                          ? FindOutside(indices.as<int64_t>(), count, first, rows)
                          : FindOutside(indices.as<int32_t>(), count, first, rows);
  if (bad < 0) return {};
  return InvalidArgument(Printable(name) + Position(indices.dims, bad) + " = " +
                         std::to_string(IndexAt(indices, bad)) + ": the table has " +
                         std::to_string(rows) + " rows");
}

}  // namespace octet::runtime
