// Precisions of attention: their names as options, and whether the kernels of a CPU have them.
#ifndef OCTET_RUNTIME_ATTENTION_PRECISION_H_
#define OCTET_RUNTIME_ATTENTION_PRECISION_H_

#include <string_view>

#include "base/status.h"
#include "ir/op_enums.h"
#include "kernels/kernel_table.h"

namespace octet::runtime {

using ir::AttentionPrecision;

// The precision of that name; InvalidArgument lists the names.
Result<AttentionPrecision> ParseAttentionPrecision(std::string_view name);

// Unsupported when `kernels` do not have an attention of this precision.
Status CheckAttentionPrecision(AttentionPrecision precision, const kernels::KernelTable& kernels);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_ATTENTION_PRECISION_H_
