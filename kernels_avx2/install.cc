#include "kernels/install.h"

#include "kernels_avx2/parts.h"

namespace octet::kernels {

void InstallAvx2(KernelTable* table) {
  InstallGemmU8S8Avx2(table);
  InstallPeakAvx2(table);
  InstallQuantizeAvx2(table);
}

}  // namespace octet::kernels
