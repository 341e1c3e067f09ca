// Checks an op against its row of ops.def.
#ifndef OCTET_IR_SIGNATURE_H_
#define OCTET_IR_SIGNATURE_H_

#include <span>

#include "ir/graph.h"

namespace octet::ir {

// Checks that every required operand and attribute is present, and that every attribute belongs to
// the op, has its kind and one of the values allowed for it. If not: InvalidModel without the op's
// name and place. The shape functions check types.
Status CheckSignature(OpKind kind, std::span<Value* const> operands, const Attributes& attributes);

}  // namespace octet::ir

#endif  // OCTET_IR_SIGNATURE_H_
