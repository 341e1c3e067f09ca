// Algebraic identities: an op that returns one of its operands unchanged, or two moves that are
// one.
#ifndef OCTET_IR_PASSES_SIMPLIFY_H_
#define OCTET_IR_PASSES_SIMPLIFY_H_

#include "ir/rewriter.h"

namespace octet::ir {

// A value that equals the result of an op bit for bit, except for NaN payloads.
struct Simplified {
  Value* value = nullptr;  // nullptr: no identity applies
  bool created = false;    // `value` comes from an op that Simplify created
};

// Looks for:
//   - reshape, expand, cast or slice to the same; transpose by the identity; concat of one operand;
//     reduce_mean over no axis
//   - reshape(reshape), expand(expand), transpose(transpose)
//   - where with a constant condition that is all true or all false, or with equal branches
//   - x * 1, x / 1, x - 0, and x + 0 (of floats: x + -0, since -0 + 0 is +0); x and true, x or
//   false
// New ops go to the rewriter's insertion point. The op itself stays.
Result<Simplified> Simplify(const Op& op, Rewriter& rewriter);

}  // namespace octet::ir

#endif  // OCTET_IR_PASSES_SIMPLIFY_H_
