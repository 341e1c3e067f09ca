#include "kernels/generic/normalize-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {

// One row's range at a time: two would spill.
void InstallNormalizeAvx2(KernelTable* table) { table->layer_norm_f32 = LayerNorm<Avx2, 1>; }

}  // namespace octet::kernels
