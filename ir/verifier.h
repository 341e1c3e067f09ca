// Proves that a module is well formed: run after import and after every pass.
#ifndef OCTET_IR_VERIFIER_H_
#define OCTET_IR_VERIFIER_H_

#include "ir/graph.h"

namespace octet::ir {

// Checks that definitions come before uses, that use lists are right, that operands and attributes
// match ops.def, that every type equals the inferred one, that argument and output names are
// unique, and that each op may stand in module.stage(). If not: Internal, with the op's location.
Status Verify(const Module& module);

// Parts of Verify that the parser calls too, so as to name the line: whether `op` may stand in
// `stage`, and whether an argument may have this type (no dim is below 0).
Status CheckStage(const Op& op, Stage stage);
Status CheckArgumentType(const Type& type);

}  // namespace octet::ir

#endif  // OCTET_IR_VERIFIER_H_
