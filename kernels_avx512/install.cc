#include "kernels/install.h"

#include "kernels_avx512/parts.h"

namespace octet::kernels {

void InstallAvx512(KernelTable* table) {
  InstallAttentionAvx512(table);
  InstallElementwiseAvx512(table);
  InstallGemmF32Avx512(table);
  InstallGemmU8S8Avx512(table);
  InstallNormalizeAvx512(table);
  InstallPeakAvx512(table);
  InstallQuantizeAvx512(table);
  InstallSoftmaxAvx512(table);
}

}  // namespace octet::kernels
