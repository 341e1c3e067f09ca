// Recognizes an additive attention mask that only hides padding keys.
#ifndef OCTET_IR_PASSES_KEY_MASK_H_
#define OCTET_IR_PASSES_KEY_MASK_H_

#include <string>

#include "ir/graph.h"

namespace octet::ir {

// The graph argument [b,s] of 0s and 1s that `mask` (f32, broadcasting to [b,heads,queries,keys])
// is made of, if mask[b][.][.][k] is 0 where the argument's element [b][k] is 1, and at most -10000
// where it is 0, for every head and query. nullptr when not, with the reason in `why`.
//
// How: the ops between the two must be elementwise, reshapes or expands, so that what an element
// depends on is a matter of index arithmetic alone; then the subgraph is executed with each single
// element of a 2 x 3 argument masked in turn, and the result is compared with the rule.
Value* FindKeyMaskArgument(Value* mask, std::string* why);

}  // namespace octet::ir

#endif  // OCTET_IR_PASSES_KEY_MASK_H_
