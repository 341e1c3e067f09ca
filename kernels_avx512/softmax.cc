#include "kernels/generic/softmax-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {

void InstallSoftmaxAvx512(KernelTable* table) { table->softmax_f32 = Softmax<Avx512>; }

}  // namespace octet::kernels
