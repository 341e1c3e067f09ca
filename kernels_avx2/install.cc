#include "kernels/install.h"

#include "kernels_avx2/parts.h"

namespace octet::kernels {

void InstallAvx2(KernelTable* table) {
  InstallAttentionAvx2(table);
  InstallElementwiseAvx2(table);
  InstallGemmF32Avx2(table);
  InstallGemmU8S8Avx2(table);
  InstallNormalizeAvx2(table);
  InstallPeakAvx2(table);
  InstallQuantizeAvx2(table);
  InstallSoftmaxAvx2(table);
}

}  // namespace octet::kernels
