#include "kernels/generic/elementwise-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {

void InstallElementwiseAvx512(KernelTable* table) { InstallElementwise<Avx512>(table); }

}  // namespace octet::kernels
