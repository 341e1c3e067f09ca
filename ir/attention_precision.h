// The precision attribute that the two attention ops share.
#ifndef OCTET_IR_ATTENTION_PRECISION_H_
#define OCTET_IR_ATTENTION_PRECISION_H_

#include <optional>

#include "ir/graph.h"

namespace octet::ir {

// The precision of an attention or a ragged_attention; nullopt for any other op.
std::optional<AttentionPrecision> AttentionPrecisionOf(const Op& op);

}  // namespace octet::ir

#endif  // OCTET_IR_ATTENTION_PRECISION_H_
