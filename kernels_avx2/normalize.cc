#include "kernels/generic/normalize-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {

// Keeps the range of one row in registers: two ranges would spill.
void InstallNormalizeAvx2(KernelTable* table) { table->layer_norm_f32 = LayerNorm<Avx2, 1>; }

}  // namespace octet::kernels
