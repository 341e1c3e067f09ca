// Proves that a module is well formed: run after import and after every pass.
#ifndef OCTET_IR_VERIFIER_H_
#define OCTET_IR_VERIFIER_H_

#include "ir/graph.h"

namespace octet::ir {

// Checks definitions before uses, use lists, operand and attribute counts and kinds against
// ops.def, that every type is what shape inference gives, unique argument and output names, and
// that each op may stand in module.stage(). Internal, with the op's location, when not.
Status Verify(const Module& module);

// Parts of it that the parser calls too, so as to name the line: whether `op` may stand in `stage`,
// and whether an argument may have this type (no dim is below 0).
Status CheckStage(const Op& op, Stage stage);
Status CheckArgumentType(const Type& type);

}  // namespace octet::ir

#endif  // OCTET_IR_VERIFIER_H_
