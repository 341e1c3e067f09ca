// Row numbers of tables, as the ids that a tokenizer makes.
#ifndef OCTET_RUNTIME_STEPS_INDICES_H_
#define OCTET_RUNTIME_STEPS_INDICES_H_

#include <string_view>

#include "ir/tensor.h"

namespace octet::runtime {

// An i64 or i32 element.
inline int64_t IndexAt(const ir::TensorView& indices, int64_t i) {
  return indices.dtype == ir::DType::kI64 ? indices.as<int64_t>()[i] : indices.as<int32_t>()[i];
}

// InvalidArgument when an element of `indices` (i64 or i32) is not in [first, rows), with its
// position: "input_ids[3,17] = 40000: the table has 30522 rows".
Status CheckIndices(std::string_view name, const ir::TensorView& indices, int64_t first,
                    int64_t rows);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_INDICES_H_
