#include "ir/attention_precision.h"

#include "ir/op_views.h"

namespace octet::ir {

std::optional<AttentionPrecision> AttentionPrecisionOf(const Op& op) {
  if (const auto attention = As<AttentionOp>(op)) return attention->precision();
  if (const auto attention = As<RaggedAttentionOp>(op)) return attention->precision();
  return std::nullopt;
}

}  // namespace octet::ir
