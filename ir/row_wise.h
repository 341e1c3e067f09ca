// Which ops work row by row. A row of a tensor is what has one index in all axes but the last:
// a token, between the embedding and the pooling of an encoder.
#ifndef OCTET_IR_ROW_WISE_H_
#define OCTET_IR_ROW_WISE_H_

#include <cstdint>

#include "ir/graph.h"

namespace octet::ir {

// The operands that `op` reads row by row, as bits (operand 0 is bit 0): row i of every result
// depends on row i of these alone, and on the whole of all others. 0 when the op does not work row
// by row.
//
// Such an op may be given some of the rows instead of all, and pack-tokens, pool-early and the
// runtime's strips do just that. What decides:
//   - An elementwise op: operands with the leading axes (all but the last) of the result are read
//     row by row, those without leading axes, or with axes of 1 alone, are shared by all rows. In a
//     vector each element is a row.
//   - Any other op: operands that ops.def marks with ROWS, when their first axes are the leading
//     axes of the result, and the op's `axis` or `axes` name their last axis alone.
//   - Of the others, a matmul must multiply by one matrix or vector, and quantize_dynamic look for
//     the range of each row.
uint32_t RowOperands(const Op& op);

}  // namespace octet::ir

#endif  // OCTET_IR_ROW_WISE_H_
