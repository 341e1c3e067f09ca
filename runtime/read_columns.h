// Operands that a step reads where they are, though they are slices of wider rows.
#ifndef OCTET_RUNTIME_READ_COLUMNS_H_
#define OCTET_RUNTIME_READ_COLUMNS_H_

#include "ir/graph.h"

namespace octet::runtime {

// Columns [first, first + n) of `rows`, n being the operand's last axis.
struct Columns {
  const ir::Value* rows;
  int64_t first;
};

// What the step of `op` reads for operand i. Of queries, keys and values of an attention that are
// slices of the last axis (fuse-qkv makes them): the value that they are sliced from. Of any other
// operand: all columns of itself. A slice that is only read so gets no step.
Columns ReadColumns(const ir::Op& op, int i);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_READ_COLUMNS_H_
