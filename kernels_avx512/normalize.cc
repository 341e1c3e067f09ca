#include "kernels/generic/normalize-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {

// Keeps the ranges of two rows in registers: the fastest of one, two and four.
void InstallNormalizeAvx512(KernelTable* table) { table->layer_norm_f32 = LayerNorm<Avx512, 2>; }

}  // namespace octet::kernels
