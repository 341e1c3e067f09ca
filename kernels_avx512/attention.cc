#include "kernels/generic/attention-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {
namespace {

using Kernel = AttentionKernel<Avx512, 6, 4>;  // gemm_f32.cc's tile

constexpr Attention kAttention = {"attention_f32_6x64_avx512", 1, Kernel::ScratchBytes,
                                  Kernel::Run};

}  // namespace

void InstallAttentionAvx512(KernelTable* table) { table->attention_f32 = &kAttention; }

}  // namespace octet::kernels
