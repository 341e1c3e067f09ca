// Which tokens of a padded batch are computed (the op token_layout).
#ifndef OCTET_RUNTIME_STEPS_TOKEN_LAYOUT_H_
#define OCTET_RUNTIME_STEPS_TOKEN_LAYOUT_H_

#include "ir/tensor.h"

namespace octet::runtime {

// How many tokens mask[b, s] (i64, i32, bool or f32) keeps: of each sentence those whose mask is 1,
// or all when its first token is masked or a value is neither 0 nor 1.
int64_t CountKeptTokens(const ir::TensorView& mask);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_TOKEN_LAYOUT_H_
