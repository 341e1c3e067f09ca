#include "kernels/generic/softmax-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {

void InstallSoftmaxAvx2(KernelTable* table) { table->softmax_f32 = Softmax<Avx2>; }

}  // namespace octet::kernels
