#include "runtime/attention_precision.h"

namespace octet::runtime {

Result<AttentionPrecision> ParseAttentionPrecision(std::string_view name) {
  const auto precision = ir::FindEnum<AttentionPrecision>(name);
  if (precision) return *precision;
  return InvalidArgument("unknown attention '" + Printable(name) + "': f32 or bf16");
}

Status CheckAttentionPrecision(AttentionPrecision precision, const kernels::KernelTable& kernels) {
  if (precision != AttentionPrecision::kBf16 || kernels.attention_bf16 != nullptr) return {};
  return Unsupported(
      "bf16 attention needs a CPU with AVX512_BF16 and an instruction set that keeps it "
      "(avx512_bf16, avx512_vnni or amx_int8): use f32 attention");
}

}  // namespace octet::runtime
