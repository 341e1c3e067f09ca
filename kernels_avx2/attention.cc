#include "kernels/generic/attention-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {
namespace {

using Kernel = AttentionKernel<Avx2, 6, 1>;  // gemm_f32.cc's tile

constexpr Attention kAttention = {"attention_f32_6x16_avx2", 1, Kernel::ScratchBytes, Kernel::Run};

}  // namespace

void InstallAttentionAvx2(KernelTable* table) { table->attention_f32 = &kAttention; }

}  // namespace octet::kernels
