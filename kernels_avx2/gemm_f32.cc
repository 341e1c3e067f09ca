#include "kernels/generic/gemm_f32-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {
namespace {

using Kernel = GemmF32Kernel<Avx2, 6, 1>;

constexpr GemmF32 kGemmF32 = {
    "gemm_f32_6x16_avx2", 6, Kernel::kColumns, Kernel::PackedBytes, Kernel::Pack, Kernel::Run};

}  // namespace

void InstallGemmF32Avx2(KernelTable* table) { table->gemm_f32 = &kGemmF32; }

}  // namespace octet::kernels
