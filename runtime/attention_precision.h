// The arithmetic of attention's two products: an option of a program.
#ifndef OCTET_RUNTIME_ATTENTION_PRECISION_H_
#define OCTET_RUNTIME_ATTENTION_PRECISION_H_

#include <string_view>

#include "ir/status.h"
#include "kernels/kernel_table.h"

namespace octet::runtime {

// docs/numerics.md says what kBf16 gives up, and its measured error.
enum class AttentionPrecision : uint8_t {
  kF32,   // the same bits everywhere
  kBf16,  // bfloat16 operands, float sums: faster, less exact, on CPUs with AVX512_BF16 alone
};

std::string_view AttentionPrecisionName(AttentionPrecision precision);  // "f32", "bf16"
// InvalidArgument lists the names.
Result<AttentionPrecision> ParseAttentionPrecision(std::string_view name);

// Unsupported when `kernels` do not have an attention of this precision.
Status CheckAttentionPrecision(AttentionPrecision precision, const kernels::KernelTable& kernels);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_ATTENTION_PRECISION_H_
