#include "kernels/generic/elementwise-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {

void InstallElementwiseAvx2(KernelTable* table) { InstallElementwise<Avx2>(table); }

}  // namespace octet::kernels
