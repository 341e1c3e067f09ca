// Recognizes an additive attention mask that only hides padding keys.
#ifndef OCTET_IR_PASSES_KEY_MASK_H_
#define OCTET_IR_PASSES_KEY_MASK_H_

#include <string>

#include "ir/graph.h"

namespace octet::ir {

// The graph argument [b,s] of 0s and 1s (i64, i32, bool or f32) from which `mask` f32[b,1,1,s] is
// computed, provided that mask[b][0][0][k] is 0 where the argument's element [b][k] is 1, and at
// most -10000 where it is 0. Otherwise nullptr, with the reason in `why`.
//
// How: the ops between the two must be elementwise, reshapes or expands. None of these makes a
// tensor smaller. Both ends have b * s elements, so each element of the mask is the same function
// of the argument's element at its place, for all b and s. To find what that function gives for 0
// and 1, the subgraph is run on every argument of 2 x 3 zeros and ones.
Value* FindKeyMaskArgument(Value* mask, std::string* why);

}  // namespace octet::ir

#endif  // OCTET_IR_PASSES_KEY_MASK_H_
