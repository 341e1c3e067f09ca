#include "kernels/generic/normalize-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {

void InstallNormalizeAvx2(KernelTable* table) { table->layer_norm_f32 = LayerNorm<Avx2>; }

}  // namespace octet::kernels
