#include "kernels/generic/normalize-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {

void InstallNormalizeAvx512(KernelTable* table) { table->layer_norm_f32 = LayerNorm<Avx512>; }

}  // namespace octet::kernels
