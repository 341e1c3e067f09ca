// Which ops work row by row. A row of a tensor is the elements that share an index in all axes but
// the last. Between the embedding and the pooling of an encoder a row is a token.
#ifndef OCTET_IR_ROW_WISE_H_
#define OCTET_IR_ROW_WISE_H_

#include <cstdint>

#include "ir/graph.h"

namespace octet::ir {

// The operands that `op` reads row by row, as bits (operand 0 is bit 0): row i of every result
// depends on row i of these operands and on the whole of the others. 0 when the op does not work
// row by row.
//
// Such an op may compute some of the rows instead of all; pack-tokens, pool-early and the runtime's
// strips make use of that. The rules:
//   - An elementwise op reads row by row each operand that has the leading axes (all but the last)
//     of the result. Operands without leading axes, or with leading axes of 1 only, are shared by
//     all rows. In a vector each element is a row.
//   - Any other op reads row by row the operands that ops.def marks with ROWS, if their first axes
//     are the leading axes of the result and the op's `axis` or `axes` names only their last axis.
//   - In addition a matmul must multiply by one matrix or vector, and a quantize_dynamic must take
//     the range of each row.
uint32_t RowOperands(const Op& op);

}  // namespace octet::ir

#endif  // OCTET_IR_ROW_WISE_H_
