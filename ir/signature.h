// Checks an op against its row of ops.def.
#ifndef OCTET_IR_SIGNATURE_H_
#define OCTET_IR_SIGNATURE_H_

#include <span>

#include "ir/graph.h"

namespace octet::ir {

// Every operand that must be there is, every attribute belongs to the op, has its kind and one of
// the values that its kind may have, and no attribute that must be there is missing. InvalidModel
// when not, without the op's name and place. Types are the shape function's to check.
Status CheckSignature(OpKind kind, std::span<Value* const> operands, const Attributes& attributes);

}  // namespace octet::ir

#endif  // OCTET_IR_SIGNATURE_H_
