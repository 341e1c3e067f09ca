#include "kernels/generic/attention-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {

void InstallAttentionAvx2(KernelTable* table) {
  using Kernel = AttentionKernel<Avx2, 6, 1>;  // gemm_f32.cc's tile
  table->attention_f32_scratch = Kernel::ScratchFloats;
  table->attention_f32 = Kernel::Run;
}

}  // namespace octet::kernels
