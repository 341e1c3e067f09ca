#include "kernels/generic/attention-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {

void InstallAttentionAvx512(KernelTable* table) {
  using Kernel = AttentionKernel<Avx512, 6, 4>;  // gemm_f32.cc's tile
  table->attention_f32_scratch = Kernel::ScratchFloats;
  table->attention_f32 = Kernel::Run;
}

}  // namespace octet::kernels
